import { type CallOptions, isWakeyError, WakeyError } from '@wakey/core';

/** Waits for a promise that may never settle, but no longer than the call lasts. */
export type Racing = <T>(promise: Promise<T>) => Promise<T>;

/** Runs a call that may be aborted or time out; reports every other failure as trouble of the store. */
export async function asCall<T>({ signal, timeout }: CallOptions, run: (race: Racing) => Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => undefined); // No caller may be waiting for this promise.
  const abort = () => over.reject(told('aborted', 'The call to the store was aborted.', signal?.reason));
  const late = () => over.reject(told('timeout', `The store did not answer within ${timeout} ms.`));
  const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
  signal?.addEventListener('abort', abort, { once: true });
  const race: Racing = (promise) => Promise.race([over.promise, promise]);
  try {
    if (signal?.aborted === true) {
      abort();
      await over.promise;
    }
    return await race(run(race));
  } catch (error) {
    throw isWakeyError(error)
      ? error
      : told('store-unwritable', 'The store could not read or write the session.', error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function told(code: 'aborted' | 'timeout' | 'store-unwritable', what: string, cause?: unknown): WakeyError {
  return new WakeyError(code, { what, hint: 'Nothing was changed.', cause });
}
