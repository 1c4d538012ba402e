import { type CallOptions, type CancelSignal, WakeyError } from '@wakey/core';

/** A call to the store, which the caller may cancel and which may have a timeout. */
export interface Call {
  /** Throws `aborted` or `timeout` once the call is over. The store calls this between its steps. */
  check(): void;
  /** Waits for a promise that may never settle, but no longer than the call lasts. */
  race<T>(promise: Promise<T>): Promise<T>;
}

/**
 * Runs `run` as a call with these options. After an abort or a timeout it still waits for `run`, which cleans up, but
 * no longer than 2 s: the file system may not answer.
 */
export async function asCall<T>(options: CallOptions, run: (call: Call) => Promise<T>): Promise<T> {
  const { signal, timeout } = options;
  let over: WakeyError | undefined;
  // Each race has its own promise: a promise that all races share would keep the result of each in memory, here every
  // piece of a bundle.
  const racing = new Set<(error: WakeyError) => void>();
  const abandoned = Promise.withResolvers<never>();
  abandoned.promise.catch(() => undefined); // When the call has ended, nobody waits for this promise any more.
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
      // The signal counts after the call too: the caller may still be reading the bytes that the call returned.
      checkAborted(signal);
    };
    check();
    const race = <T>(promise: Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        // Creating `promise` may itself have ended the call.
        if (over !== undefined) reject(over);
        racing.add(reject);
        void promise.then(resolve, reject).finally(() => racing.delete(reject));
      });
    // A file system may hang: after GRACE the call ends without waiting for `run` to clean up.
    return await Promise.race([run({ check, race }), abandoned.promise]);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    signal?.removeEventListener('abort', abort);
  }
}

/** Throws `aborted` if the signal is aborted. */
export function checkAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal.reason);
}

/** How long a call that is over may take to clean up, in ms. */
const GRACE = 2_000;

function aborted(cause: unknown): WakeyError {
  return new WakeyError('aborted', { what: 'The call to the store was aborted.', hint: 'Nothing was changed.', cause });
}

function timedOut(timeout: number): WakeyError {
  return new WakeyError('timeout', {
    what: `The store did not answer within ${timeout} ms.`,
    hint: 'Nothing was changed. Try again, or check the disk.',
  });
}
