/** Thrown when the time given to `within` or `until` is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Settles as the promise does, or rejects with a DeadlineError after `ms`. A later outcome of the promise is ignored.
 */
export function within<T>(ms: number, promise: Promise<T> | T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineError(`The page did not answer within ${ms} ms.`)), ms);
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Resolves once `isTrue` returns true; rejects with a DeadlineError after `ms`. */
export async function until(isTrue: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!isTrue()) {
    if (performance.now() >= end) throw new DeadlineError(`The page did not reach the expected state within ${ms} ms.`);
    await pause(50);
  }
}

/** Waits for `ms` while the page continues. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Wraps a question to the page that may hang. Only one question is open at a time. The caller waits at most `ms`; while
 * that question stays open, later calls do not wait. Returns undefined if there is no answer or a refusal.
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
      // The question was refused or is late: the caller uses another way, or asks again.
      isLate = thrown instanceof DeadlineError && pending !== undefined;
      return undefined;
    }
  };
}
