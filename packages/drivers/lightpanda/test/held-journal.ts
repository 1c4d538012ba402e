import { vi } from 'vitest';
import type { Journal } from '../src/journal/open-journal.js';

/** A journal of nothing, whose disk takes lines only as a test wants. */
export interface HeldJournal extends Journal {
  readonly failures: readonly unknown[];
  /** Lets the disk take the first `count` lines that wait. @default all */
  release(count?: number): void;
  /** From now on the disk takes each line at once. */
  goOn(): void;
  /** From now on each line waits. */
  hold(): void;
  /** How many lines wait. */
  waiting(): number;
  /** Resolves when a line with this text has come. */
  wrote(text: string): Promise<void>;
}

/** Opens such a journal, which holds lines. */
export function heldJournal(): HeldJournal {
  const lines: string[] = [];
  const failures: unknown[] = [];
  const waiting: (() => void)[] = [];
  let isHeld = true;
  const release = (count = waiting.length) => {
    for (const next of waiting.splice(0, count)) next();
  };
  return {
    sealKey: Buffer.alloc(32).toString('base64'),
    cookies: [],
    origins: [],
    async *parts() {
      // Nothing is stored yet.
    },
    writer: {
      append(text, onWritten = () => undefined) {
        lines.push(text);
        waiting.push(onWritten);
        if (!isHeld) release();
      },
      abandon: () => undefined,
      fail: (error) => void failures.push(error),
      flush: async () => undefined,
      refusal: () => undefined,
      onRefused: () => undefined,
      onGrown: () => undefined,
      replace: async () => undefined,
      close: async () => undefined,
    },
    failures,
    release,
    goOn() {
      isHeld = false;
      release();
    },
    hold() {
      isHeld = true;
    },
    waiting: () => waiting.length,
    wrote: (text) => vi.waitFor(() => expectLine(lines, text), { timeout: 10_000 }),
  };
}

function expectLine(lines: readonly string[], text: string): void {
  if (!lines.some((line) => line.includes(text))) throw new Error(`no line with ${text} has come: ${lines.join('\n')}`);
}
