import type { SimulatorClock } from './clock.ts';

/** One event of the simulator. */
export interface JournalEntry {
  readonly seq: number;
  /** Time of the event, in ms since the epoch. */
  readonly at: number;
  /** Name of the event, in kebab case. */
  readonly event: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The log of all events since the simulator started. */
export interface Journal {
  write(event: string, detail?: Readonly<Record<string, unknown>>): void;
  entries(): readonly JournalEntry[];
  /** Calls `listener` for each later entry until the returned function is called. */
  on(listener: (entry: JournalEntry) => void): () => void;
  /**
   * Resolves with the first entry, past or future, that has this name or fulfils the predicate. `after` skips entries
   * up to that `seq`. Rejects with the signal's reason, or when the journal is closed.
   */
  waitFor(wanted: string | ((entry: JournalEntry) => boolean), options?: WaitOptions): Promise<JournalEntry>;
  close(): void;
}

/** Options of `waitFor`. */
export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Only entries later than this `seq` count. @default 0 */
  readonly after?: number;
}

const keptEntries = 20_000;

/** Starts an empty journal. It keeps the newest 20,000 entries. */
export function createJournal(clock: SimulatorClock): Journal {
  const entries: JournalEntry[] = [];
  const listeners = new Set<(entry: JournalEntry) => void>();
  const waiting = new Set<(reason: Error) => void>();
  let seq = 0;

  function on(listener: (entry: JournalEntry) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    write(event, detail = {}) {
      seq += 1;
      const entry = { seq, at: clock.now(), event, detail };
      entries.push(entry);
      if (entries.length > keptEntries) entries.shift();
      for (const listener of [...listeners]) listener(entry);
    },
    entries: () => [...entries],
    on,
    waitFor(wanted, options = {}) {
      const { signal, after = 0 } = options;
      const matches = typeof wanted === 'string' ? (entry: JournalEntry) => entry.event === wanted : wanted;
      const counts = (entry: JournalEntry): boolean => entry.seq > after && matches(entry);
      const past = entries.find(counts);
      if (past !== undefined) return Promise.resolve(past);
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          off();
          waiting.delete(fail);
          signal?.removeEventListener('abort', abort);
        };
        const fail = (reason: Error): void => {
          settle();
          reject(reason);
        };
        const abort = (): void => fail(signal?.reason as Error);
        const off = on((entry) => {
          if (!counts(entry)) return;
          settle();
          resolve(entry);
        });
        waiting.add(fail);
        if (signal?.aborted === true) abort();
        else signal?.addEventListener('abort', abort);
      });
    },
    close() {
      for (const fail of [...waiting]) fail(new Error('The simulator was closed before the awaited event occurred.'));
      listeners.clear();
    },
  };
}
