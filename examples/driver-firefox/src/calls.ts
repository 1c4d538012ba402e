import { type CallOptions, isWakeyError, WakeyError } from '@wakey/core';

/** The calls on one browser that are under way, each of which must end the moment it cannot succeed any more. */
export interface Calls {
  /** Rejects every call, and those to come. The first end wins, but that the browser is gone outranks all others. */
  end(error: WakeyError): void;
  ended(): WakeyError | undefined;
  /**
   * Gives what `work` gives, unless the deadline, the caller's signal or an end comes first; `work` gets a signal that is
   * aborted then. `what` names the call for people. Default timeout 30 s.
   */
  run<T>(what: string, options: CallOptions, work: (over: AbortSignal) => Promise<T>): Promise<T>;
}

/** No call as yet. */
export function openCalls(): Calls {
  const pending = new Set<(error: WakeyError) => void>();
  let ended: WakeyError | undefined;
  return {
    end(error) {
      if (ended !== undefined && error.code !== 'browser-lost') return;
      if (ended?.code !== 'browser-lost') ended = error;
      for (const reject of [...pending]) reject(error);
    },
    ended: () => ended,
    async run(what, { timeout = 30_000, signal }, work) {
      if (ended !== undefined) throw ended;
      if (signal?.aborted === true) throw aborted(what, signal.reason);
      const over = new AbortController();
      const { promise: end, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(aborted(what, signal?.reason));
      const timer = setTimeout(() => reject(timedOut(what, timeout)), Math.min(timeout, LONGEST));
      pending.add(reject);
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([work(over.signal), end]);
      } catch (error) {
        over.abort(error);
        throw isWakeyError(error) ? error : failed(what, error);
      } finally {
        clearTimeout(timer);
        pending.delete(reject);
        signal?.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** What a timer of Node can carry. */
const LONGEST = 2 ** 31 - 1;

/** A call that the caller gave up. */
export function aborted(what: string, reason: unknown): WakeyError {
  const todo = 'Call again if it is still wanted.';
  return new WakeyError('aborted', { what: `${what} was aborted.`, todo, cause: reason });
}

/** A call whose deadline passed. */
export function timedOut(what: string, timeout: number, detail = ''): WakeyError {
  return new WakeyError('timeout', {
    what: `${what} was not done within ${timeout} ms${detail}.`,
    todo: 'Give it more time, or see what holds the page or the machine up.',
    details: { timeout },
  });
}

/** The error of everything that is called on a browser that is gone. */
export function browserLost(how: string): WakeyError {
  const todo = 'Start it again on the same profile.';
  return new WakeyError('browser-lost', { what: `The browser is gone: ${how}.`, todo });
}

/** A caller's mistake. */
export function invalidArgument(what: string, todo: string): WakeyError {
  return new WakeyError('invalid-argument', { what, todo });
}

function failed(what: string, cause: unknown): WakeyError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const todo = 'Try again; if it stays, the cause has more.';
  return new WakeyError('browser-failed', { what: `${what} failed: ${message}.`, todo, cause });
}
