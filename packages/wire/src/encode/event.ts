import { type BrowserVersion, isWakeyError, type StateName, type StateOf, type WakeyError } from '@wakey/core';
import type { EventJson, EventJsonOf } from '../types.js';
import { noticeFields, type ReportedNotice } from './notice.js';
import { encodeState } from './state.js';
import { iso } from './time.js';

/** When an event happened, and in which session. */
export interface Stamp {
  /** In ms since 1970. */
  readonly at: number;
  readonly session: string;
}

/** The event of a state that a session entered, or whose data changed. */
export function stateEvent(stamp: Stamp, state: StateOf<Exclude<StateName, 'ended'>>): EventJsonOf<'state'> {
  return { ...begun(stamp, 'state'), ...encodeState(state) };
}

/** The event of a notice. It reveals codes: `withoutSecrets` removes them. */
export function noticeEvent(stamp: Stamp, notice: ReportedNotice): EventJson {
  // The fields belong to the event of this very type.
  return { ...begun(stamp, notice.type), ...noticeFields(notice) } as EventJson;
}

/** The event of a browser that has started. */
export function browserEvent(stamp: Stamp, facts: BrowserVersion & { readonly pid?: number }): EventJsonOf<'browser'> {
  return { ...begun(stamp, 'browser'), ...facts };
}

/** The event of an ending: the state, and the message and the facts of the error that reports it, if it is known. */
export function endedEvent(stamp: Stamp, state: StateOf<'ended'>, error?: WakeyError): EventJsonOf<'ended'> {
  const { reason: _, retryAfter: __, ...facts } = error?.details ?? {};
  return {
    ...{ ...begun(stamp, 'ended'), ...encodeState(state) },
    ...(error === undefined ? {} : { message: error.message }),
    ...detailsField(facts),
  };
}

/** The event of a command that failed without an ending. */
export function failedEvent(stamp: Stamp, error: unknown): EventJsonOf<'failed'> {
  const message = error instanceof Error ? error.message : String(error);
  if (!isWakeyError(error)) return { ...begun(stamp, 'failed'), message };
  return { ...begun(stamp, 'failed'), code: error.code, message, ...detailsField(error.details) };
}

function begun<E extends string>({ at, session }: Stamp, event: E) {
  return { time: iso(at), session, event };
}

function detailsField(details: WakeyError['details']): Pick<EventJsonOf<'failed'>, 'details'> {
  return Object.keys(details).length === 0 ? {} : { details };
}
