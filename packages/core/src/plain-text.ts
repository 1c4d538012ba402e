/** How `plainText` prints a text. */
export interface PlainTextOptions {
  /** The longest text, in UTF-16 units. A longer text is cut and ends with `…`. @default 2_000 */
  readonly most?: number;
  /** Whether the text may have several lines. Otherwise a line break becomes a space. @default false */
  readonly keepLines?: boolean;
}

/**
 * Makes a text from outside safe for a terminal, a log and an error. A page, a browser or a file can put characters into a
 * text that control a terminal, forge a log line or reverse the order of reading: control characters, bidirectional
 * controls, separators, lone surrogates, tags. Each becomes its escape, such as `\u001b`. A tab becomes a space.
 */
export function plainText(text: string, { most = 2_000, keepLines = false }: PlainTextOptions = {}): string {
  const isLong = text.length > most;
  // Cut the text first, so that a text of 10 MB is not escaped as a whole.
  const kept = isLong ? text.slice(0, most) : text;
  const lines = kept.replace(/\r\n?/g, '\n').replaceAll('\t', ' ');
  return `${escaped(keepLines ? lines : lines.replace(/ *\n\s*/g, ' '))}${isLong ? '…' : ''}`;
}

/** The text with all terminal controls escaped as in JSON; line breaks stay. */
export function escaped(text: string): string {
  return text.replace(STEERING, asEscapes);
}

/** All characters that control a terminal, change the direction of writing or are invisible, except line breaks. */
const STEERING = /(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function asEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
