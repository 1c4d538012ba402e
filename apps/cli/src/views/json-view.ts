import { isWakeyError, plainText, type StateOf, type WakeyError } from '@wakey/core';
import {
  browserEvent,
  type EventJson,
  encodeState,
  endedEvent,
  failedEvent,
  noticeEvent,
  stateEvent,
} from '@wakey/wire';
import type { Out } from '../terminal/screen.js';
import { logLine } from './log-line.js';
import type { View } from './view.js';

/** What a JSON view needs. */
export interface JsonViewOptions {
  readonly out: Out;
  readonly err: Out;
  readonly session: string;
  readonly now: () => number;
  readonly isVerbose: boolean;
}

/**
 * Prints one JSON object per line on stdout: `{"time","session","event",…}`. Codes are only in the events about them. The view
 * prints an ending as one event, as soon as its error is known, and at the latest when the view closes.
 */
export function jsonView({ out, err, session, now, isVerbose }: JsonViewOptions): View {
  let last = '';
  let ending: StateOf<'ended'> | undefined;
  const stamp = () => ({ at: now(), session });
  const put = (event: EventJson) => out.write(`${JSON.stringify(event)}\n`);
  const putEnding = (error?: WakeyError) => {
    if (ending !== undefined) put(endedEvent(stamp(), ending, error));
    ending = undefined;
  };
  return {
    browser: (facts) => put(browserEvent(stamp(), facts)),
    state(state) {
      putEnding();
      if (state.name === 'ended') {
        ending = state;
        return;
      }
      const text = JSON.stringify(encodeState(state));
      if (text !== last) put(stateEvent(stamp(), state));
      last = text;
    },
    notice(notice) {
      // The state `ended` has the same facts.
      if (notice.type === 'ended') return;
      put(noticeEvent(stamp(), notice));
    },
    tell: (text) => err.write(`${plainText(text)}\n`),
    log(level, message, fields) {
      if (isVerbose || level === 'warn' || level === 'error') err.write(`${logLine(level, message, fields, now())}\n`);
    },
    failed(error) {
      if (ending !== undefined && isWakeyError(error, ending.reason)) return putEnding(error);
      putEnding();
      put(failedEvent(stamp(), error));
    },
    close: () => putEnding(),
  };
}
