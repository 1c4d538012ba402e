import { type CallOptions, WakeyError } from '@wakey/core';

/** A call that its caller may cancel and whose time may run out. */
export interface Call {
  /** Throws `aborted` or `timeout` once the call is over. To be asked between steps. */
  check(): void;
  /** Waits for something that may never come, but no longer than the call lasts. */
  race<T>(promise: Promise<T>): Promise<T>;
}

/** Runs `run` as a call with these options. It comes to its own end, so that it can clean up, unless the file system does not answer. */
export async function asCall<T>(options: CallOptions, run: (call: Call) => Promise<T>): Promise<T> {
  const { signal, timeout } = options;
  let over: WakeyError | undefined;
  // Not one promise that all races share: it would keep what each of them gave, here every piece of a bundle.
  const racing = new Set<(error: WakeyError) => void>();
  const abandoned = Promise.withResolvers<never>();
  abandoned.promise.catch(() => undefined); // Nobody waits for it once the call has come to its end.
  let grace: NodeJS.Timeout | undefined;
  const end = (error: WakeyError) => {
    over ??= error;
    grace ??= setTimeout(() => abandoned.reject(error), GRACE);
    for (const lose of racing) lose(over);
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
    const race = <T>(promise: Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        // What is asked may have ended the call itself.
        if (over !== undefined) reject(over);
        racing.add(reject);
        void promise.then(resolve, reject).finally(() => racing.delete(reject));
      });
    // What hangs in the file system itself is left to itself, once it was given the time to clean up.
    return await Promise.race([run({ check, race }), abandoned.promise]);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    signal?.removeEventListener('abort', abort);
  }
}

/** How long a call that is over may take to clean up, in ms. */
const GRACE = 2_000;

function aborted(cause: unknown): WakeyError {
  return new WakeyError('aborted', { what: 'The call to the store was aborted.', hint: 'Nothing was changed.', cause });
}

function timedOut(timeout: number): WakeyError {
  return new WakeyError('timeout', {
    what: `The store did not answer within ${timeout} ms.`,
    hint: 'Nothing was changed. Try again, or look at the disk.',
  });
}
