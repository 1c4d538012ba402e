import type { Facts } from '../facts.js';
import { functionOf, type PageWindow } from './page-window.js';

/** What a reading gives; the reporter adds which document and which reading it was. */
export type Reading = { readonly [F in Exclude<keyof Facts, 'document' | 'seq' | 'origin'>]-?: Facts[F] | undefined };

/** Brings what is read to Node. */
export interface Reporter {
  /** Something may have changed: reads soon, and reports if it did. */
  changed(): void;
  /** Reads now; gives the facts as JSON text. */
  read(): Promise<string>;
  reportTo(binding: string): void;
}

/** Changes that come this close together are reported as one. */
const gatherMs = 10;

/** See {@link Reporter}. */
export function reportTo(page: PageWindow, binding: string, take: () => Promise<Reading>): Reporter {
  let target = binding;
  let seq = 0;
  let isScheduled = false;
  let last = '';
  let queue: Promise<unknown> = Promise.resolve();
  // No time of the page's: its clock may go back. Two documents never have the same.
  const document = `d${Math.random().toString(36).slice(2)}`;

  async function reading(): Promise<{ readonly text: string; readonly isNew: boolean }> {
    const facts = await take();
    // How long a code has left changes all the time; the code itself is what matters.
    const gist = JSON.stringify(facts, (key, value) => (key === 'ttl' ? undefined : value));
    const isNew = gist !== last;
    last = gist;
    seq += 1;
    return { text: JSON.stringify({ document, seq, origin: page.location.origin, ...facts }), isNew };
  }

  /** One reading at a time, in the order they were asked for. */
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
        // A report that cannot be brought over is not lost: Node reads again by itself, and hears of the reason there.
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
