import { type CallOptions, WakeyError } from '@wakey/core';

/** Gives what `work` gives, unless the deadline or the caller's signal comes first; `work` gets a signal aborted then. */
export async function within<T>(
  what: string,
  { timeout = 30_000, signal }: CallOptions,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (error: WakeyError) => {
    reject(error);
    over.abort(error);
  };
  const onAbort = () => end(aborted(what, signal?.reason));
  if (signal?.aborted === true) throw aborted(what, signal.reason);
  const timer = setTimeout(() => end(timedOut(what, timeout)), Math.min(timeout, LONGEST));
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(over.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A call whose deadline passed. */
export function timedOut(what: string, timeout: number, detail = ''): WakeyError {
  return new WakeyError('timeout', {
    what: `${what} was not done within ${timeout} ms${detail}.`,
    todo: 'Give it more time, or see what holds the browser or the machine up.',
    details: { timeout },
  });
}

/** A call that the caller gave up. */
export function aborted(what: string, reason: unknown): WakeyError {
  const todo = 'Call again if it is still wanted.';
  return new WakeyError('aborted', { what: `${what} was aborted.`, todo, cause: reason });
}

/** What a timer of Node can carry. */
const LONGEST = 2 ** 31 - 1;
