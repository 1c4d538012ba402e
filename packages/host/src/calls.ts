import { type CallOptions, isWakeyError, WakeyError } from '@wakey/core';
import { LONGEST } from './clock.js';

/**
 * The calls on an object that can disappear, such as a page or a browser. A library may hang forever after its page
 * crashed, so no call waits for the library alone.
 */
export interface Calls {
  /**
   * Rejects every running and every later call with `error`. The first end counts, but a lost browser replaces a
   * crashed page.
   */
  end(error: WakeyError): void;
  /** Returns the error with which every call now rejects; undefined before an end. */
  ended(): WakeyError | undefined;
  /**
   * Returns the result of `work`, unless the deadline, the caller's signal or an end comes first; then the signal given
   * to `work` is aborted. `what` begins the message of the error, such as "Reading the cookies". The default timeout is
   * 30 s.
   */
  run<T>(what: string, options: CallOptions, work: (over: AbortSignal) => Promise<T>): Promise<T>;
}

/** How a library's errors become Wakey's errors. */
export interface CallsOptions {
  /**
   * Returns the error of the call; `undefined` if the library's error says only that the connection closed. The call
   * then waits for `end`, which knows the reason, or for its deadline.
   * @default `browser-failed` with the library's message
   */
  readonly explain?: (what: string, error: unknown) => WakeyError | undefined;
}

/** Creates an empty group of calls. */
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
        working.catch(() => undefined); // After an end no caller waits for the work, so its error does not matter.
      }
    },
  };
}

/** Turns an error that `work` throws synchronously into a rejection. */
async function attempt<T>(work: (over: AbortSignal) => Promise<T>, over: AbortSignal): Promise<T> {
  return work(over);
}

/** Creates the error of a call that its caller aborted. */
export function aborted(what: string, reason: unknown): WakeyError {
  return new WakeyError('aborted', {
    what: `${what} was aborted.`,
    hint: 'Call again if you still need the result.',
    cause: reason,
  });
}

/** Creates the error of a call whose deadline has passed. `timeout` is in ms. */
export function timedOut(what: string, timeout: number, detail = ''): WakeyError {
  return new WakeyError('timeout', {
    what: `${what} did not finish within ${timeout} ms${detail}.`,
    hint: 'Set a longer timeout, or find out what slows the browser or the machine down.',
    details: { timeout },
  });
}

/** Creates the error of a call that failed with an error of a library or of the system. */
export function callFailed(what: string, cause: unknown): WakeyError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new WakeyError('browser-failed', {
    what: `${what} failed: ${message}.`,
    hint: 'Try again. If the error stays, read its cause.',
    cause,
  });
}
