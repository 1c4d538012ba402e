import { type CancelSignal, isWakeyError, reasons, type StateOf, WakeyError } from '@wakey/core';
import type { SessionState } from './session.js';

/** What a wait concludes from a state: to go on waiting, a value to return, or an error to throw. */
export type Verdict<T> = { readonly wait: true } | { readonly value: T } | { readonly error: WakeyError };

/** The session that a wait observes. */
export interface Watched {
  current(): SessionState;
  onState(listener: (state: SessionState) => void): () => void;
}

/** Resolves or rejects with the first verdict that is not `wait`; rejects with `aborted` if the signal aborts first. */
export function waitFor<T>(
  watched: Watched,
  judge: (state: SessionState) => Verdict<T>,
  signal: CancelSignal | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let unsubscribe: () => void = () => undefined;
    const settle = (conclude: () => void) => {
      unsubscribe();
      signal?.removeEventListener('abort', abort);
      conclude();
    };
    const abort = () => settle(() => reject(aborted(signal)));
    const look = (state: SessionState) => {
      const verdict = judge(state);
      if ('value' in verdict) settle(() => resolve(verdict.value));
      if ('error' in verdict) settle(() => reject(verdict.error));
    };
    if (signal?.aborted === true) return reject(aborted(signal));
    signal?.addEventListener('abort', abort, { once: true });
    unsubscribe = watched.onState(look);
    look(watched.current());
  });
}

/**
 * The error of an ending. If `refusal`, the error because of which this process could not take the session, has the
 * same code, the result copies its details, such as the holder or a path.
 */
export function endedError(state: StateOf<'ended'>, refusal?: unknown): WakeyError {
  const isCause = isWakeyError(refusal, state.reason);
  return new WakeyError(state.reason, {
    ...inWords(state),
    ...(isCause ? { cause: refusal } : {}),
    details: {
      ...(isCause ? refusal.details : {}),
      reason: state.reason,
      ...(state.retryAfter === null ? {} : { retryAfter: state.retryAfter }),
    },
  });
}

/**
 * A detail of several sentences is the message of a WakeyError: its last sentence is the advice for this case, and replaces the
 * general advice.
 */
function inWords({ reason, detail }: StateOf<'ended'>): { readonly what: string; readonly hint: string } {
  const { what, hint } = reasons[reason];
  if (detail === '') return { what, hint };
  const sentences = detail.endsWith('.') ? detail.split(/(?<=\.)\s+(?=\p{Lu})/u) : [];
  const advice = sentences.length > 1 ? sentences.at(-1) : undefined;
  const facts = advice === undefined ? detail : detail.slice(0, -advice.length).trimEnd();
  return { what: `${what.replace(/\.$/, '')}: ${facts.replace(/\.$/, '')}.`, hint: advice ?? hint };
}

/** The error of a wait that a `stop` ended. */
export function stoppedError(id: string): WakeyError {
  return new WakeyError('stopped', { what: `Session "${id}" is not running.`, hint: 'Call start() first.' });
}

/** The error of a `start()` or `relink()` that its caller aborted, once the session is stopped. */
export function abortedStart(name: string, signal: CancelSignal | undefined): WakeyError {
  return new WakeyError('aborted', {
    what: `${name}() was aborted and the session was stopped.`,
    hint: 'Login kept, if the session had one; call start() to go on.',
    cause: signal?.reason,
  });
}

/** The error of a wait whose signal was aborted. The session goes on. */
export function aborted(signal: CancelSignal | undefined): WakeyError {
  return new WakeyError('aborted', {
    what: 'The wait was aborted.',
    hint: 'The session itself is unchanged; call stop() to end it.',
    cause: signal?.reason,
  });
}
