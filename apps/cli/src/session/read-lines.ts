import { createInterface, type Interface } from 'node:readline';
import type { Shell } from '../shell.js';

/** Lines of the input, taken while somebody is asked for them. */
export interface LineReader {
  /** Takes lines from now on, where it does not yet. */
  open(): void;
  /** Takes none any more. May be called twice. */
  close(): void;
}

/** Hands each line that is not empty to `take`; what that throws goes to `failed`, as text. */
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
