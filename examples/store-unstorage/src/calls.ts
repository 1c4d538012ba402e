import {
  assertMetadata,
  type CallOptions,
  type ErrorCode,
  isWakeyError,
  type LeaseHolder,
  WakeyError,
} from '@wakey/core';

/** A call that is running. `race` waits for a promise until the call is aborted or times out; `check` throws if that has happened. */
export interface RunningCall {
  race<T>(promise: Promise<T>): Promise<T>;
  check(): void;
}

/** Runs a call that can be aborted and that can time out. An error of the place becomes a WakeyError with `code`. */
export async function calling<T>(
  { signal, timeout }: CallOptions,
  code: ErrorCode,
  run: (call: RunningCall) => Promise<T>,
) {
  const over = new AbortController();
  const abort = () => over.abort(told('aborted', 'The call was aborted.', { cause: signal?.reason }));
  const late = () => over.abort(told('timeout', `The place did not answer within ${timeout} ms.`));
  const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  const check = () => over.signal.throwIfAborted();
  // Each race adds a listener and removes it again. A promise that all races share would retain every piece in memory.
  const race = <V>(promise: Promise<V>) =>
    new Promise<V>((resolve, reject) => {
      const lose = () => reject(over.signal.reason);
      if (over.signal.aborted) lose();
      over.signal.addEventListener('abort', lose, { once: true });
      void promise.then(resolve, reject).finally(() => over.signal.removeEventListener('abort', lose));
    });
  try {
    check();
    return await run({ race, check });
  } catch (error) {
    throw trouble(code, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** The store's error for a thrown value. A WakeyError stays as it is. */
export function trouble(code: ErrorCode, cause: unknown): WakeyError {
  const what = 'The place that stores the sessions refused a call.';
  return isWakeyError(cause) ? cause : told(code, what, { cause });
}

export function damaged(id: string): WakeyError {
  return told('store-unreadable', `A backup of session "${id}" is damaged.`);
}

/** Throws `invalid-argument` if the fence or the metadata is invalid. */
export function checkArguments(fence: unknown, metadata: unknown = {}): void {
  const isFence = Number.isSafeInteger(fence) && Number(fence) >= 0;
  if (!isFence) throw told('invalid-argument', 'A fence is a whole number, 0 or greater.');
  assertMetadata(metadata);
}

export function readTwice(): WakeyError {
  return told('invalid-argument', 'The bytes of a stored backup can be read only once.');
}

export function stale(id: string): WakeyError {
  return told('stale-fence', `Another process has a newer lease of session "${id}".`);
}

export function lost(id: string): WakeyError {
  return told('lease-lost', `The lease of session "${id}" has expired, or another process has it.`);
}

export function inUse(id: string, { host, pid, since, program }: LeaseHolder): WakeyError {
  const what = `Session "${id}" is held by ${program}, process ${pid} on host ${host}.`;
  return told('session-in-use', what, { details: { session: id, host, pid, since, program } });
}

/** A store without segments must refuse them: a caller that believes them kept would lose them. */
export function refuseSegments(segments: unknown): void {
  if (segments !== undefined) throw told('invalid-argument', 'This store keeps whole backups only, without segments.');
}

function told(
  code: ErrorCode,
  what: string,
  more: Pick<WakeyError, 'cause'> & { details?: WakeyError['details'] } = {},
) {
  return new WakeyError(code, { what, hint: 'A failed read, write or renewal changes no backup.', ...more });
}
