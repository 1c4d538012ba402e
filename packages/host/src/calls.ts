import { type CallOptions, isWakeyError, WakeyError } from '@wakey/core';
import { LONGEST } from './clock.js';

/**
 * The calls that run on one thing that can go away, such as a page or a browser. A library may hang for ever once its page
 * crashed, so no call waits for the library alone.
 */
export interface Calls {
  /** Rejects every running call, and every later one, with `error`. The first end wins, but a lost browser outranks a crashed page. */
  end(error: WakeyError): void;
  /** The error that every call rejects with from now on, once there is one. */
  ended(): WakeyError | undefined;
  /**
   * Returns what `work` returns, unless the deadline, the caller's signal or an end comes first. `work` gets a signal that is
   * aborted then. `what` begins the message of the error, such as "Reading the cookies". The timeout is 30 s by default.
   */
  run<T>(what: string, options: CallOptions, work: (over: AbortSignal) => Promise<T>): Promise<T>;
}

/** How errors of a library become errors of Wakey. */
export interface CallsOptions {
  /**
   * Returns the error to reject with; `undefined` where `error` says only that the connection closed. The call then waits for
   * `end`, which knows the reason, or for its deadline. @default `browser-failed` with the words of the library
   */
  readonly explain?: (what: string, error: unknown) => WakeyError | undefined;
}

/** Opens a group of calls that nothing has ended. */
export function openCalls({ explain = callFailed }: CallsOptions = {}): Calls {
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
      const working = attempt(work, over.signal).catch((error: unknown) => {
        const explained = isWakeyError(error) ? error : explain(what, error);
        if (explained === undefined) return end;
        throw explained;
      });
      try {
        return await Promise.race([working, end]);
      } catch (error) {
        over.abort(error);
        throw error;
      } finally {
        clearTimeout(timer);
        pending.delete(reject);
        signal?.removeEventListener('abort', onAbort);
        working.catch(() => undefined); // After an end nobody waits for it any more.
      }
    },
  };
}

/** An async function, so that an error which `work` throws at once becomes a rejection. */
async function attempt<T>(work: (over: AbortSignal) => Promise<T>, over: AbortSignal): Promise<T> {
  return work(over);
}

/** The error of a call that its caller gave up. */
export function aborted(what: string, reason: unknown): WakeyError {
  return new WakeyError('aborted', {
    what: `${what} was aborted.`,
    hint: 'Call again if it is still wanted.',
    cause: reason,
  });
}

/** The error of a call whose deadline passed. `timeout` is in ms. */
export function timedOut(what: string, timeout: number, detail = ''): WakeyError {
  return new WakeyError('timeout', {
    what: `${what} was not done within ${timeout} ms${detail}.`,
    hint: 'Give it more time, or see what holds the browser or the machine up.',
    details: { timeout },
  });
}

/** The error of a call that failed with words of a library or of the system. */
export function callFailed(what: string, cause: unknown): WakeyError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new WakeyError('browser-failed', {
    what: `${what} failed: ${message}.`,
    hint: 'Try again; if it stays, the cause has more.',
    cause,
  });
}
