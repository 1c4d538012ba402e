import { type CallOptions, WakeyError } from '@wakey/core';

/** A call that its caller may cancel and whose time may run out. */
export interface Call {
  /** Throws `aborted` or `timeout` once the call is over. To be asked between steps. */
  check(): void;
  /** Waits for something that may never come, but no longer than the call lasts. */
  race<T>(promise: Promise<T>): Promise<T>;
}

/** Runs `run` as a call with these options. It always comes to its own end, so that it can clean up. */
export async function asCall<T>(options: CallOptions, run: (call: Call) => Promise<T>): Promise<T> {
  const { signal, timeout } = options;
  let over: WakeyError | undefined;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined); // Nobody may be waiting; `check` tells as well.
  const end = (error: WakeyError) => {
    over ??= error;
    ended.reject(over);
  };
  const abort = () => end(aborted(signal?.reason));
  const timer = timeout === undefined ? undefined : setTimeout(() => end(timedOut(timeout)), timeout);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    const check = () => {
      if (over !== undefined) throw over;
      // Also after the call: bytes that it handed out are still being read.
      if (signal?.aborted === true) throw aborted(signal.reason);
    };
    check();
    return await run({ check, race: (promise) => Promise.race([ended.promise, promise]) });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function aborted(cause: unknown): WakeyError {
  return new WakeyError('aborted', { what: 'The call to the store was aborted.', todo: 'Nothing was changed.', cause });
}

function timedOut(timeout: number): WakeyError {
  return new WakeyError('timeout', {
    what: `The store did not answer within ${timeout} ms.`,
    todo: 'Nothing was changed. Try again, or look at the disk.',
  });
}
