import type { FileHandle } from 'node:fs/promises';
import { lineOf } from './lines.js';

/** Appends lines to a journal file, each flushed to the disk before it counts as written. */
export interface Writer {
  /** `onWritten` is called when the line is on the disk, with all lines before it. */
  append(text: string, onWritten?: () => void): void;
  /** Stops the writing for good, because a page stored something that cannot be recorded. The lines so far are still written. */
  fail(error: unknown): void;
  /** Resolves when all lines so far are on the disk. Rejects if the writing has failed. */
  flush(): Promise<void>;
  /** Flushes and closes the file. */
  close(): Promise<void>;
}

/**
 * Writes to the end of an open file. Lines that come while the disk writes are written together next. The writer calls `onFailed` once,
 * when the disk refuses a line or `fail` is called: it writes no later line, so that no later change is kept without an earlier one.
 */
export function openWriter(file: FileHandle, onFailed: (error: unknown) => void): Writer {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const fail = (error: unknown) => {
    if (failure !== undefined) return;
    failure = { error };
    onFailed(error);
  };
  const run = async () => {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      try {
        await file.appendFile(lines.map(({ text }) => lineOf(text)).join(''));
        await file.datasync();
      } catch (error) {
        waiting = [];
        fail(error);
        break;
      }
      for (const { onWritten } of lines) onWritten?.();
    }
    running = undefined;
  };
  const flush = async () => {
    await running;
    if (failure !== undefined) throw failure.error;
  };
  return {
    append(text, onWritten) {
      if (failure !== undefined) return;
      waiting.push({ text, onWritten });
      running ??= run();
    },
    fail,
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

interface Waiting {
  readonly text: string;
  readonly onWritten: (() => void) | undefined;
}
