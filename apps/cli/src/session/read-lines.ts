import { createInterface, type Interface } from 'node:readline';
import type { Shell } from '../shell.js';

/** Reads lines of the input while a person is asked for them. */
export interface LineReader {
  /** Starts to read lines; does nothing if it reads already. */
  open(): void;
  /** Stops reading. May be called twice. */
  close(): void;
}

/** Passes each line that is not empty to `take`, and the message of an error of `take` to `failed`. */
export function readLines(
  { input }: Shell,
  take: (line: string) => Promise<void>,
  failed: (text: string) => void,
): LineReader {
  let lines: Interface | undefined;
  return {
    open() {
      if (lines !== undefined) return;
      lines = createInterface({ input, terminal: false });
      lines.on('line', (text) => {
        const line = text.trim();
        if (line !== '') take(line).catch((error: unknown) => failed(textOf(error)));
      });
    },
    close() {
      if (lines === undefined) return;
      lines.close();
      lines = undefined;
      input.pause();
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
