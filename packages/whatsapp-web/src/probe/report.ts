import type { Facts } from '../facts.js';
import { functionOf, type PageWindow } from './page-window.js';

/** The facts of one reading; the reporter adds the document's id, its origin and the number of the reading. */
export type Reading = { readonly [F in Exclude<keyof Facts, 'document' | 'seq' | 'origin'>]-?: Facts[F] | undefined };

/** Sends readings to Node. */
export interface Reporter {
  /** Call it after a possible change: it reads soon, and reports if the facts changed. */
  changed(): void;
  /** Reads now; resolves with the facts as JSON text. */
  read(): Promise<string>;
  reportTo(binding: string): void;
}

/** Changes within this time are reported together. */
const gatherMs = 10;

/** See {@link Reporter}. */
export function reportTo(page: PageWindow, binding: string, take: () => Promise<Reading>): Reporter {
  let target = binding;
  let seq = 0;
  let isScheduled = false;
  let last = '';
  let queue: Promise<unknown> = Promise.resolve();
  // The id is random, not a time, because the page's clock may be set back. No two documents have the same id.
  const document = `d${Math.random().toString(36).slice(2)}`;

  async function reading(): Promise<{ readonly text: string; readonly isNew: boolean }> {
    const facts = await take();
    // The remaining time of a code always changes; only a change of the code itself counts.
    const gist = JSON.stringify(facts, (key, value) => (key === 'ttl' ? undefined : value));
    const isNew = gist !== last;
    last = gist;
    seq += 1;
    return { text: JSON.stringify({ document, seq, origin: page.location.origin, ...facts }), isNew };
  }

  /** Runs one reading at a time, in the order of the calls. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = queue.then(task);
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function report(): Promise<void> {
    isScheduled = false;
    const { text, isNew } = await reading();
    if (isNew) await functionOf(page[target])?.(text);
  }

  return {
    changed() {
      if (isScheduled) return;
      isScheduled = true;
      setTimeout(() => {
        // A report that does not arrive is not lost: Node also reads at regular times, and that reading reports the
        // error.
        inTurn(report).catch(() => undefined);
      }, gatherMs);
    },
    read: async () => (await inTurn(reading)).text,
    reportTo(next) {
      target = next;
      last = '';
    },
  };
}
