import { type CallOptions, isWakeyError, WakeyError } from '@wakey/core';
import { pageNavigated } from './page/errors.js';

/**
 * What becomes of a page or a browser, and the race of every call against it: the library underneath may hang for ever
 * once its page crashed, so no call waits for the library alone.
 */
export interface Fate {
  /** The first end wins, but that the browser is gone outranks that a page crashed. */
  end(error: WakeyError): void;
  /** Why everything is refused from now on, once it is. */
  error(): WakeyError | undefined;
  /**
   * Gives what `work` gives, unless the deadline, the caller's signal or an end comes first. `work` gets a signal that
   * is aborted then. `what` names the call for people.
   */
  race<T>(what: string, timeout: number, options: CallOptions, work: (over: AbortSignal) => Promise<T>): Promise<T>;
}

/** A fate that nothing has ended yet. */
export function openFate(): Fate {
  const pending = new Set<(error: WakeyError) => void>();
  let ended: WakeyError | undefined;

  return {
    end(error) {
      if (ended !== undefined && error.code !== 'browser-lost') return;
      ended ??= error;
      if (error.code === 'browser-lost') ended = error;
      for (const reject of [...pending]) reject(error);
    },
    error: () => ended,
    race(what, timeout, options, work) {
      if (ended !== undefined) return Promise.reject(ended);
      return raced({ what, timeout: options.timeout ?? timeout, signal: options.signal, pending }, work);
    },
  };
}

/** A call that the caller gave up. */
export function aborted(what: string, reason: unknown): WakeyError {
  return new WakeyError('aborted', {
    what: `${what} was aborted.`,
    todo: 'Call again if it is still wanted.',
    cause: reason,
  });
}

/** A call whose deadline passed. */
export function timedOut(what: string, timeout: number, detail = ''): WakeyError {
  return new WakeyError('timeout', {
    what: `${what} was not done within ${timeout} ms${detail}.`,
    todo: 'Give it more time, or see what holds the page or the machine up.',
    details: { timeout },
  });
}

interface Call {
  readonly what: string;
  readonly timeout: number;
  readonly signal: CallOptions['signal'] | undefined;
  readonly pending: Set<(error: WakeyError) => void>;
}

function raced<T>({ what, timeout, signal, pending }: Call, work: (over: AbortSignal) => Promise<T>): Promise<T> {
  if (signal?.aborted === true) return Promise.reject(aborted(what, signal.reason));
  return new Promise<T>((resolve, reject) => {
    const over = new AbortController();
    const settle = () => {
      clearTimeout(timer);
      pending.delete(fail);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      settle();
      over.abort();
      reject(error);
    };
    const onAbort = () => fail(aborted(what, signal?.reason));
    const timer = setTimeout(() => fail(timedOut(what, timeout)), Math.min(timeout, LONGEST));
    pending.add(fail);
    signal?.addEventListener('abort', onAbort, { once: true });
    work(over.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      // That the connection closed says nothing of why: whoever closed it ends the fate in a moment, and says it.
      (error) => (isDisconnection(error) ? undefined : fail(asWakeyError(what, error))),
    );
  });
}

/** What the library or the system below says in its own words. */
function asWakeyError(what: string, error: unknown): WakeyError {
  if (isWakeyError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/Not attached to an active page/.test(message)) return pageNavigated();
  return new WakeyError('browser-failed', {
    what: `${what} failed: ${message}.`,
    todo: 'Try again; if it stays, the cause has more.',
    cause: error,
  });
}

/** What a timer of Node can carry: an endless deadline is as long as that. */
const LONGEST = 2 ** 31 - 1;

/** Whether the library says that the connection or the target under a call is gone. */
export function isDisconnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ['TargetCloseError', 'ConnectionClosedError'].includes(error.name) || GONE.test(error.message);
}

/** How the libraries say it; a crash is told of by the browser itself, too. */
const GONE = /session closed|browser has been closed|(target|browser|page) (closed|crashed)/i;
