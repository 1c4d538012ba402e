import { DeadlineError, within } from './deadline.js';
import type { Finder } from './finder.js';
import { attempt, functionOf, objectOf } from './page-window.js';

/** Asks the service a question that it must answer: a page that lost its stream without noticing still looks ready. */
export interface Liveness {
  isAlive(): boolean;
  /** Asks if it is time, and at once if the last question got no answer. Calls `changed` after each question. */
  check(changed: () => void): void;
}

const answerMs = 10_000;
/** One question may get lost; after two unanswered questions in a row the service counts as silent. */
const losses = 2;

/** See {@link Liveness}. `everyMs`: shortest time between two questions while the service answers. */
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
      // A refusal also counts as an answer; only silence counts as a loss.
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
