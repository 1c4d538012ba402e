/** Thrown by `within` when the time is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** The promise's outcome, or a DeadlineError after `ms`. What the promise does later is ignored. */
export function within<T>(ms: number, promise: Promise<T> | T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineError(`No answer within ${ms} ms.`)), ms);
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Resolves once `isTrue`; rejects with a DeadlineError after `ms`. */
export async function until(isTrue: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!isTrue()) {
    if (performance.now() >= end) throw new DeadlineError(`Not so within ${ms} ms.`);
    await pause(50);
  }
}

/** Lets the page go on for `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Wraps a question to the page that may hang: it is never asked twice at a time, waited for at most `ms`, and while it
 * hangs not waited for again. Gives undefined where there is no answer or a refusal.
 */
export function patiently<T>(ms: number, ask: () => Promise<T> | T): () => Promise<T | undefined> {
  let pending: Promise<T> | undefined;
  let isLate = false;
  return async () => {
    if (isLate) return undefined;
    pending ??= Promise.resolve()
      .then(ask)
      .finally(() => {
        pending = undefined;
        isLate = false;
      });
    try {
      return await within(ms, pending);
    } catch (thrown) {
      // Refused or late: whoever asks has another way, or asks again.
      isLate = thrown instanceof DeadlineError && pending !== undefined;
      return undefined;
    }
  };
}
