import { type Notice, type Run, type State, secret, WakeyError } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { paintFor } from '../terminal/paint.js';
import { newLogin, oneCode } from '../testing/run-of.js';
import { humanView } from './human-view.js';
import { jsonView } from './json-view.js';
import { plainView } from './plain-view.js';
import type { View } from './view.js';

const hostile = 'x\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u2066\u2028\r\x1b[5A\ud800\nFORGED ok';

const run: Run = { ...oneCode, method: { by: 'code', phone: '447700900000' }, login: newLogin, attempt: 1 };

/** The control sequences of our own screen. */
const MOVES = new RegExp(`${String.fromCharCode(27)}\\[(?:(?:\\d+[AB]|[JK])\\r?|0m)`, 'g');

/** Shows states, notices and errors in which every text from outside is hostile. */
function show(view: View): void {
  const states: readonly State[] = [
    { name: 'ready', run, me: hostile, since: 0, restrictions: { timeLock: { kind: hostile } } } as unknown as State,
    { name: 'action-required', run, what: hostile, since: 0 } as unknown as State,
    { name: 'backing-off', run, cause: hostile, delay: 1_000 } as unknown as State,
    {
      name: 'awaiting-link-code',
      run,
      phone: hostile,
      code: { direction: 'type-on-phone', code: secret(hostile) },
      attempt: 1,
      issuedAt: 0,
      expiresAt: 1,
    },
  ];
  const notices: readonly Notice[] = [
    { type: 'warning', what: hostile },
    { type: 'recovery', step: 'link-again', why: 'profile-damaged', quarantine: hostile },
    { type: 'passkey', request: secret(JSON.stringify({ challenge: hostile })), expiresAt: 0 },
    { type: 'ended', reason: 'page-stuck', detail: hostile, retryAfter: null },
  ];
  view.browser({ product: hostile, version: hostile });
  for (const state of states) view.state(state);
  for (const notice of notices) view.notice(notice);
  view.tell(hostile);
  view.log('warn', hostile, { [hostile]: hostile, list: [hostile] });
  view.failed(new WakeyError('browser-failed', { what: hostile, hint: hostile }));
  view.failed(new Error(hostile));
  view.state({ name: 'ended', reason: 'browser-failed', detail: hostile, retryAfter: null } as State);
  view.failed(new WakeyError('browser-failed', { what: hostile, hint: hostile }));
  view.close();
}

describe('text from outside', () => {
  it.each([true, false])('reaches no terminal as more than text, live or not: %s', (isTTY) => {
    let printed = '';
    const out = { isTTY, columns: 200, rows: 50, write: (text: string | Uint8Array) => (printed += String(text)) };
    const view = humanView({
      resume: 'wakey start main',
      ...{ out, err: out, paint: paintFor(out, { NO_COLOR: '1' }), now: () => 0, isVerbose: true },
      every: () => () => undefined,
    });
    show(plainView(view));
    const text = printed.replaceAll(MOVES, '');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028]/u);
    expect(text).not.toMatch(/^FORGED/m);
    expect(text).toContain('x\\u001b[2J');
  });

  it('forges no line and no event of the view for programs', () => {
    let printed = '';
    let logged = '';
    const view = jsonView({
      ...{ out: { write: (text) => (printed += String(text)) }, err: { write: (text) => (logged += String(text)) } },
      ...{ session: 'main', now: () => 0, isVerbose: true },
    });
    show(plainView(view));
    expect(logged).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028]/u);
    const lines = printed.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).event)).not.toContain(undefined);
  });
});
