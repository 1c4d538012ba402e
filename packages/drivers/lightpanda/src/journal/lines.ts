import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** One whole line of a journal file. */
export interface Line {
  readonly text: string;
  /** The line as it stands in the file, with its line break. */
  readonly bytes: Uint8Array;
  /** Where the line ends in the file, in bytes. */
  readonly end: number;
}

/** Another program changed a line in the middle of a journal. */
export class DamagedLine extends Error {}

/** A line: the CRC-32 of the text as 8 hexadecimal digits, a space, and the text, which has no line break. */
export function lineOf(text: string): string {
  return `${sumOf(text)} ${text}\n`;
}

/**
 * The whole lines of a file from the offset `from`, up to `to` or the end. A torn last line, which a killed process leaves, is left
 * out. Throws `DamagedLine` if whole lines follow a line that is none.
 */
export async function* linesIn(
  path: string,
  { from = 0, to = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly to?: number | undefined } = {},
): AsyncGenerator<Line> {
  const file = await open(path, 'r');
  try {
    let bad: number | undefined;
    let rest: Buffer[] = [];
    let end = from;
    for (;;) {
      const at = end + lengthOf(rest);
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(0, to - at)));
      const { bytesRead } = chunk.length === 0 ? { bytesRead: 0 } : await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) return;
      const bytes = chunk.subarray(0, bytesRead);
      let begin = 0;
      for (let stop = bytes.indexOf(BREAK); stop >= 0; stop = bytes.indexOf(BREAK, begin)) {
        const last = bytes.subarray(begin, stop + 1);
        const line = rest.length === 0 ? last : Buffer.concat([...rest, last]);
        rest = [];
        begin = stop + 1;
        end += line.length;
        const text = textOf(line);
        if (text === undefined) bad ??= end;
        else if (bad !== undefined) throw new DamagedLine(`the line that ends at byte ${bad} was changed`);
        else yield { text, end, bytes: line };
      }
      if (begin < bytes.length) rest.push(bytes.subarray(begin));
    }
  } finally {
    await file.close();
  }
}

/** `line`: with its line break. */
function textOf(line: Buffer): string | undefined {
  const text = line.subarray(SUM + 1, -1);
  return line.toString('latin1', 0, SUM + 1) === `${sumOf(text)} ` ? text.toString('utf8') : undefined;
}

function sumOf(text: string | Uint8Array): string {
  return crc32(text).toString(16).padStart(SUM, '0');
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Length of a checksum, in letters. */
const SUM = 8;
const BREAK = 0x0a;
/** Bytes for each reading. */
const CHUNK = 1024 * 1024;
