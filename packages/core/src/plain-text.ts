/** How `plainText` prints a text. */
export interface PlainTextOptions {
  /** A longer text is cut, and ends with `…`. In UTF-16 units. @default 2_000 */
  readonly most?: number;
  /** Whether the text may have several lines. Without, a line break becomes a space. @default false */
  readonly keepLines?: boolean;
}

/**
 * A text from outside, fit for a terminal, a log and an error. A page, a browser and a file can put characters into it that
 * steer a terminal, forge a line of a log or reverse what is read: control characters, bidirectional controls, separators,
 * lone surrogates, tags. Each of them becomes its escape, such as `\u001b`. A tab becomes a space.
 */
export function plainText(text: string, { most = 2_000, keepLines = false }: PlainTextOptions = {}): string {
  const isLong = text.length > most;
  // The text is cut first: nobody pays for 10 MB of escapes.
  const kept = isLong ? text.slice(0, most) : text;
  const lines = kept.replace(/\r\n?/g, '\n').replaceAll('\t', ' ');
  return `${escaped(keepLines ? lines : lines.replace(/ *\n\s*/g, ' '))}${isLong ? '…' : ''}`;
}

/** A text whose characters that steer a terminal are escaped as in JSON; line breaks stay. */
export function escaped(text: string): string {
  return text.replace(STEERING, asEscapes);
}

/** Line breaks apart: what a terminal obeys, what turns the direction of writing, what nobody can see. */
const STEERING = /(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function asEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
