import type { FileHandle } from 'node:fs/promises';
import { type Clock, isFileError, systemClock } from '@wakey/host';
import { lineOf } from './lines.js';

/** Appends lines to a journal file, each flushed to the disk before it counts as written. */
export interface Writer {
  /** `onWritten` is called when the line is on the disk, with all lines before it. */
  append(text: string, onWritten?: () => void): void;
  /** Stops the writing for good, because a page stored something that cannot be recorded. The lines so far are still written. */
  fail(error: unknown): void;
  /** Like `fail`, and writes none of the lines that wait: this file may not be the one that counts any more. */
  abandon(error: unknown): void;
  /** Resolves when all lines so far are on the disk. Rejects if the writing has failed, or if the disk is full at the moment. */
  flush(): Promise<void>;
  /** The refusal of a full disk, while the writer waits for room. */
  refusal(): unknown;
  /** Calls `listener` each time that the writer begins to wait for room. */
  onRefused(listener: () => void): void;
  /** Calls `listener` with the size of the file, in bytes, each time that lines have come onto the disk. */
  onGrown(listener: (size: number) => void): void;
  /**
   * Runs `work` between two lines, and writes the later lines to the end of the file that it returns. `size`: of the lines so far, in
   * bytes. If `work` rejects, the writer goes on with its own file.
   */
  replace(work: (size: number) => Promise<FileHandle>): Promise<void>;
  /** Flushes and closes the file; waits for no room. */
  close(): Promise<void>;
}

/** Settings of a writer. */
export interface WriterOptions {
  /** Called once, when the writing has failed for good. */
  readonly onFailed: (error: unknown) => void;
  readonly clock?: Pick<Clock, 'now' | 'set'>;
  /** How long the writer waits for room on a full disk, in ms. @default 10 minutes */
  readonly patience?: number;
}

/**
 * Writes to the end of an open file. Lines that come while the disk writes are written together next. While the disk is full, the writer
 * tries again and again; a page waits meanwhile, because its commits are not on the disk. Any other refusal, a long one, and `fail` stop
 * the writing for good: the writer writes no later line, so that no later change is kept without an earlier one.
 */
export function openWriter(
  first: FileHandle,
  { onFailed, clock = systemClock, patience = 600_000 }: WriterOptions,
): Writer {
  let file = first;
  let waiting: Waiting[] = [];
  let letters = 0;
  /** In bytes, of the lines that are on the disk. */
  let size: number | undefined;
  let running: Promise<void> | undefined;
  let replacing: (() => Promise<void>) | undefined;
  const growing = new Set<(size: number) => void>();
  let failure: { readonly error: unknown } | undefined;
  let refused: { readonly error: unknown; readonly since: number } | undefined;
  let isClosing = false;
  let hurry = (): void => undefined;
  /** Called when the writer begins to wait for room: those who wait for lines on the disk wait no longer. */
  const flushing = new Set<() => void>();
  const listeners = new Set<() => void>();

  const fail = (error: unknown) => {
    if (failure !== undefined) return;
    failure = { error };
    hurry();
    onFailed(error);
  };
  const write = async (lines: readonly Waiting[]) => {
    size ??= (await file.stat()).size;
    const bytes = Buffer.from(lines.map(({ text }) => lineOf(text)).join(''));
    try {
      await file.appendFile(bytes);
      await file.datasync();
    } catch (error) {
      // The disk may have taken a part, or have lost it in its flushing.
      await file.truncate(size);
      throw error;
    }
    size += bytes.length;
  };
  /** Returns whether the lines are to be written once more. */
  const waitForRoom = async (error: unknown): Promise<boolean> => {
    const now = clock.now();
    const isFirst = refused === undefined;
    refused = { error, since: refused?.since ?? now };
    const isLong = now - refused.since >= patience || letters > MOST;
    if (failure !== undefined || !isFullDisk(error) || isClosing || isLong) {
      fail(error);
      return false;
    }
    if (isFirst) {
      for (const listener of [...flushing, ...listeners]) listener();
    }
    await new Promise<void>((resolve) => {
      const cancel = clock.set(AGAIN, resolve);
      hurry = () => {
        cancel();
        resolve();
      };
    });
    return true;
  };
  const written = (lines: readonly Waiting[]) => {
    refused = undefined;
    for (const { text, onWritten } of lines) {
      letters -= text.length;
      onWritten?.();
    }
    for (const listener of growing) listener(size ?? 0);
  };
  const run = async () => {
    // `running` names this run from here on.
    await undefined;
    for (;;) {
      while (replacing !== undefined) await replacing();
      const lines = waiting.splice(0);
      if (lines.length === 0) break;
      try {
        await write(lines);
        written(lines);
      } catch (error) {
        const isAgain = await waitForRoom(error);
        waiting = isAgain ? [...lines, ...waiting] : [];
      }
    }
    // Without a pause after the look at the lines: the next one begins another run.
    running = undefined;
  };
  const flush = async () => {
    if (running !== undefined && refused === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      flushing.add(resolve);
      void running.then(resolve);
      await promise;
      flushing.delete(resolve);
    }
    if (failure !== undefined) throw failure.error;
    if (refused !== undefined) throw refused.error;
  };
  return {
    append(text, onWritten) {
      if (failure !== undefined) return;
      waiting.push({ text, onWritten });
      letters += text.length;
      running ??= run();
    },
    fail,
    abandon(error) {
      waiting = [];
      fail(error);
    },
    flush,
    refusal: () => refused?.error,
    onRefused: (listener) => void listeners.add(listener),
    onGrown: (listener) => void growing.add(listener),
    replace(work) {
      const done = Promise.withResolvers<void>();
      replacing = async () => {
        replacing = undefined;
        try {
          size ??= (await file.stat()).size;
          const next = await work(size);
          await file.close();
          file = next;
          size = (await file.stat()).size;
          done.resolve();
        } catch (error) {
          done.reject(error);
        }
      };
      running ??= run();
      return done.promise;
    },
    async close() {
      isClosing = true;
      hurry();
      try {
        await running;
        if (failure !== undefined) throw failure.error;
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

/** The time between two tries on a full disk, in ms. */
const AGAIN = 1_000;
/** How many letters may wait while the disk is full: a page may store more without waiting. */
const MOST = 64 * 1024 * 1024;

function isFullDisk(error: unknown): boolean {
  return isFileError(error, 'ENOSPC', 'EDQUOT');
}
