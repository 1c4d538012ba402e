import type { FileHandle } from 'node:fs/promises';
import { lineOf } from './lines.js';

/** Appends lines to a journal file, each flushed to the disk before it counts as written. */
export interface Writer {
  append(text: string): void;
  /** Resolves when all lines so far are on the disk. Rejects if the disk refused one of them. */
  flush(): Promise<void>;
  /** Flushes and closes the file. */
  close(): Promise<void>;
}

/**
 * Writes to the end of an open file. Lines that come while the disk writes are written together next. `onFailed` is called once, when
 * the disk refuses a line: nothing is written from then on, so that no later change is kept without an earlier one.
 */
export function openWriter(file: FileHandle, onFailed: (error: unknown) => void): Writer {
  let waiting: string[] = [];
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const run = async () => {
    while (waiting.length > 0 && failure === undefined) {
      const lines = waiting;
      waiting = [];
      try {
        await file.appendFile(lines.map(lineOf).join(''));
        await file.datasync();
      } catch (error) {
        failure = { error };
        onFailed(error);
      }
    }
    running = undefined;
  };
  const flush = async () => {
    await running;
    if (failure !== undefined) throw failure.error;
  };
  return {
    append(text) {
      if (failure !== undefined) return;
      waiting.push(text);
      running ??= run();
    },
    flush,
    async close() {
      try {
        await flush();
      } finally {
        await file.close();
      }
    },
  };
}
