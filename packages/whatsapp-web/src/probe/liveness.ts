import { DeadlineError, within } from './deadline.js';
import type { Finder } from './finder.js';
import { attempt, functionOf, objectOf } from './page-window.js';

/** Asks the service for a sign of life: a page that lost its stream without noticing looks ready and is dead. */
export interface Liveness {
  isAlive(): boolean;
  /** Asks, where it is time; at once where the last question stayed unanswered. `changed` is called when it matters. */
  check(changed: () => void): void;
}

const answerMs = 10_000;
/** One question may get lost; two in a row mean that nobody is there. */
const losses = 2;

/** See {@link Liveness}. `everyMs`: how often, at most, a page that answers is asked. */
export function watchLiveness(finder: Finder, everyMs: number): Liveness {
  let lost = 0;
  let isAsking = false;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function question(exists: (wid: unknown) => unknown, wid: unknown): Promise<void> {
    try {
      await within(
        answerMs,
        attempt(() => exists(wid)),
      );
      lost = 0;
    } catch (thrown) {
      // A refusal is an answer too: only silence counts.
      lost = thrown instanceof DeadlineError ? lost + 1 : 0;
    }
  }

  return {
    isAlive: () => lost < losses,
    check(changed) {
      const exists = functionOf(finder.first('liveness')?.values[0]);
      const wid = myWid(finder);
      const isDue = lost > 0 || performance.now() - askedAt >= everyMs;
      if (exists === undefined || wid === undefined || isAsking || !isDue) return;
      isAsking = true;
      askedAt = performance.now();
      question(exists, wid).finally(() => {
        isAsking = false;
        changed();
      });
    },
  };
}

function myWid(finder: Finder): unknown {
  for (const { values } of finder.every('own-id')) {
    const tell = functionOf(values[0]);
    const wid = tell === undefined ? objectOf(values[0])?.wid : attempt(() => tell());
    if (wid !== undefined && wid !== null) return wid;
  }
  return undefined;
}
