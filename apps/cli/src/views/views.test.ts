import { type State, secret, WakeyError } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { paintFor } from '../terminal/paint.js';
import { newLogin, oneCode } from '../testing/run-of.js';
import { humanView } from './human-view.js';
import { jsonView } from './json-view.js';

const run = oneCode;
const began = Date.parse('2026-11-23T18:00:00.000Z');
const awaitingQr = (seq: number): State => ({
  name: 'awaiting-qr',
  run,
  qr: secret(`2@code-${seq}`),
  seq,
  issuedAt: began,
  expiresAt: began + 20_000,
  remaining: 6 - seq,
  isCutShort: false,
});
const awaitingLinkCode: State = {
  name: 'awaiting-link-code',
  run,
  phone: '447700900000',
  code: { direction: 'type-on-phone', code: secret('ABCD1234') },
  attempt: 1,
  issuedAt: began,
  expiresAt: began + 180_000,
};

function person(terminal: { readonly isTTY: boolean; readonly rows?: number; readonly columns?: number }) {
  let shown = '';
  let told = '';
  let now = began;
  let tick: () => void = () => undefined;
  const out = { columns: 80, rows: 24, ...terminal, write: (text: string) => (shown += text) };
  const view = humanView({
    resume: 'wakey start main --key-file k',
    out,
    err: { write: (text: string) => (told += text) },
    paint: paintFor(out, { NO_COLOR: '1' }),
    now: () => now,
    every: (_, ring) => {
      tick = ring;
      return () => {
        tick = () => undefined;
      };
    },
    isVerbose: false,
  });
  const take = () => {
    const text = shown;
    shown = '';
    return text;
  };
  const pass = (ms: number) => {
    now += ms;
    tick();
    return take();
  };
  const resize = (columns: number, rows: number) => Object.assign(out, { columns, rows });
  return { view, take, pass, resize, told: () => told };
}

describe('the view that prints text for a user', () => {
  it('counts a code down in place, writing only the line that changed', () => {
    const { view, take, pass } = person({ isTTY: true, rows: 40 });
    view.state(awaitingQr(2));
    expect(take()).toContain('code 2 of 6 · expires in 20 s');
    const written = pass(3_000);
    expect(written).toContain('code 2 of 6 · expires in 17 s');
    expect(written).not.toContain('█');
    view.state(awaitingQr(3));
    expect(take()).toContain('code 3 of 6');
  });

  it('says how much room a code needs, and draws the code as soon as the terminal is large enough', () => {
    const { view, take, pass, resize } = person({ isTTY: true, rows: 12 });
    view.state(awaitingQr(1));
    const [, needed = ''] = /The code needs (\d+ × \d+) characters; this terminal has 80 × 12/.exec(take()) ?? [];
    const [columns = 0, rows = 0] = needed.split(' × ').map(Number);
    resize(columns - 1, rows);
    expect(pass(1_000)).not.toContain('█');
    resize(columns, rows - 1);
    expect(pass(1_000)).not.toContain('█');
    resize(columns, rows);
    expect(pass(1_000)).toContain('█');
    resize(80, rows);
    expect(pass(1_000)).toContain('expires in 16 s');
  });

  it('prints each code once if nothing can be redrawn', () => {
    const { view, take, pass } = person({ isTTY: true, columns: 0, rows: 0 });
    view.state(awaitingQr(1));
    expect(take()).toMatch(/█[\s\S]+code 1 of 6/);
    expect(pass(1_000)).toBe('');
  });

  it('groups a link code as the phone does, with its countdown', () => {
    const { view, take } = person({ isTTY: false });
    view.state(awaitingLinkCode);
    expect(take()).toMatch(/ABCD-1234 +expires in 3 min/);
  });

  it('leaves the line below a passkey request free for the answer', () => {
    const { view, take, pass } = person({ isTTY: true, rows: 40 });
    view.state({ name: 'awaiting-passkey', run, request: secret('{}'), expiresAt: began + 60_000, isAnswered: false });
    view.notice({ type: 'passkey', request: secret('{"rpId":"whatsapp.com"}'), expiresAt: began + 60_000 });
    const text = take();
    expect(text).toContain('parseRequestOptionsFromJSON({"rpId":"whatsapp.com"})');
    for (const line of text.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(pass(5_000)).toBe('');
  });

  it('names the parts that a page waits for only after a while', () => {
    const { view, take, pass } = person({ isTTY: true, rows: 40 });
    view.state({ name: 'loading', run, awaits: 'page', missing: ['socket'], lapsed: null, isAsked: false });
    expect(take()).not.toContain('socket');
    expect(pass(5_000)).toContain('the page is loading … 5.0 s, missing socket');
  });

  it.each([
    ['login kept; `wakey start main --key-file k` resumes it', { phase: 'launching', login: newLogin }],
    ['not linked; nothing was lost', { phase: 'launching', login: run.login }],
    ['not running', { phase: 'opening', login: run.login }],
  ] as const)('prints "%s" at the end of a session that was %j', (text, { phase, login }) => {
    const { view, take } = person({ isTTY: false });
    view.state({ name: 'starting', run: { ...run, login }, phase, isFresh: false, recovery: null });
    view.state({ name: 'stopping', run, phase: 'closing', goal: { name: 'stopped' } });
    take();
    view.state({ name: 'stopped' });
    expect(take()).toMatch(new RegExp(`stopped +${text}\n$`));
  });

  it('says of an ephemeral session that nothing of it is kept, when it links, while it is ready, and when it stops', () => {
    const { view, take } = person({ isTTY: true, rows: 40 });
    const ephemeral = { ...run, login: newLogin, isEphemeral: true };
    view.state({ name: 'linking', run: ephemeral, since: began, lapsed: null });
    view.notice({ type: 'linked' });
    const at = { me: 'me', since: began, restrictions: {}, isSettled: false, saveDue: null };
    view.state({ name: 'ready', run: ephemeral, ...at });
    view.state({ name: 'stopped' });
    const text = take();
    expect(text).toContain('nothing of this login is kept');
    expect(text).toContain('Ctrl-C stops it; nothing is kept.');
    expect(text).toMatch(/stopped +nothing was kept; remove the device on the phone/);
    expect(text).not.toMatch(/saved|login kept|the login is kept/);
  });

  it('prints why a new browser replaces the present one', () => {
    const { view, take } = person({ isTTY: false });
    view.notice({ type: 'renewing', memory: 161_000_000, baseline: 53_000_000 });
    expect(take()).toContain('the browser uses 161 MB, 3.0 times as much as when the session was ready; a new browser');
  });

  it('prints each restriction of the account with its end, and prints when all restrictions are over', () => {
    const { view, take } = person({ isTTY: false });
    const messageCapping = { status: 'first-warning', used: 70, quota: 100 } as const;
    view.notice({ type: 'restrictions', restrictions: { timeLock: { until: began }, messageCapping } });
    view.notice({ type: 'restrictions', restrictions: {} });
    const text = take();
    expect(text).toContain('may write only to people who wrote first until 2026-11-23T18:00:00.000Z');
    expect(text).toContain('has started nearly all the new chats that it may start (70 of 100)');
    expect(text).toContain('the restrictions are over: the account may write to anybody again');
  });

  it('prints an ending as what happened, the facts, and what to do, without a stack', () => {
    const { view, told } = person({ isTTY: false });
    view.state({ name: 'ended', reason: 'rate-limited', detail: 'code 429', retryAfter: 600_000, at: began });
    view.failed(new WakeyError('rate-limited', { what: 'It is limited.', hint: 'Wait.' }));
    expect(told()).toBe(
      '\n✗ WhatsApp refuses further link codes for now.\n  code 429\n' +
        '  Wait before you try again (`retryAfter` says how long, if WhatsApp says so), or link by QR code.\n  WhatsApp asks you to wait 10 min.\n',
    );
  });
});

describe('a session on an older profile', () => {
  const older = { from: 'older', age: 240_000, missing: 12 } as const;

  it('says how old the restored backup is and what it lacks, what that may cost, and how to link again', () => {
    const { view, take } = person({ isTTY: false });
    const restored = { generation: 8, quarantine: null, damaged: [], isAgain: false, ...older };
    view.notice({ type: 'recovery', step: 'restored', why: 'profile-damaged', ...restored });
    view.notice({ type: 'ready', me: 'me', how: 'resumed', ...older });
    const shown = take();
    expect(shown).toContain('restored backup 8, 4 min old, and lacks 12 changes of the page');
    expect(shown).toContain('contacts may reject what it sends, and it may be unable to read them');
    expect(shown).toMatch(/link the device again: wakey relink main --key-file k/);
  });

  it('says nothing of that on the live profile', () => {
    const { view, take } = person({ isTTY: false });
    view.notice({ type: 'ready', me: 'me', how: 'resumed', from: 'live', age: 0, missing: 0 });
    expect(take()).not.toMatch(/older|relink/);
  });
});

describe('an ending whose detail is an error', () => {
  it.each([
    ['The browser ./x does not exist. Name another one.', ''],
    ['process 7', '\n  Install Chrome or Chromium, or name the path of the browser’s binary.'],
    ['It failed.', '\n  Install Chrome or Chromium, or name the path of the browser’s binary.'],
  ])('is printed with one advice: %s', (detail, general) => {
    const { view, told } = person({ isTTY: false });
    view.state({ name: 'ended', reason: 'browser-unavailable', detail, retryAfter: null, at: began });
    view.failed(new WakeyError('browser-unavailable', { what: detail, hint: 'Do it.' }));
    expect(told()).toBe(`\n✗ No browser was found.\n  ${detail}${general}\n`);
  });
});

describe('the view for programs', () => {
  function program() {
    const lines: string[] = [];
    const out = { write: (text: string) => lines.push(text) };
    const view = jsonView({ out, err: { write: () => true }, session: 'main', now: () => began, isVerbose: false });
    return { view, lines: () => lines.map((text) => JSON.parse(text) as Record<string, unknown>) };
  }

  it('prints each state once until something in it changes, and no code in it', () => {
    const { view, lines } = program();
    view.state(awaitingQr(1));
    view.state({ ...awaitingQr(1) });
    view.state(awaitingLinkCode);
    expect(lines().map(({ state }) => state)).toEqual(['awaiting-qr', 'awaiting-link-code']);
    expect(JSON.stringify(lines())).not.toMatch(/2@code|ABCD/);
  });

  it('writes each restriction of the account with its end into a JSON line, and writes when all restrictions are over', () => {
    const { view, lines } = program();
    const restrictions = { timeLock: { kind: 'DEFAULT', until: began }, messageCapping: { status: 'capped' } } as const;
    view.state({ name: 'ready', run, me: 'me', since: began, restrictions, isSettled: true, saveDue: null });
    view.notice({ type: 'restrictions', restrictions });
    view.notice({ type: 'restrictions', restrictions: {} });
    const shown = {
      timeLock: { kind: 'DEFAULT', until: '2026-11-23T18:00:00.000Z' },
      messageCapping: { status: 'capped' },
    };
    expect(lines().map((line) => line.restrictions)).toEqual([shown, shown, {}]);
  });

  it('prints the whole code in the event about it', () => {
    const { view, lines } = program();
    view.notice({ type: 'qr', qr: secret('2@a,b,c'), seq: 1, issuedAt: began, expiresAt: began + 1, remaining: 5 });
    expect(lines()).toEqual([
      {
        time: '2026-11-23T18:00:00.000Z',
        session: 'main',
        event: 'qr',
        qr: '2@a,b,c',
        seq: 1,
        remaining: 5,
        issuedAt: '2026-11-23T18:00:00.000Z',
        expiresAt: '2026-11-23T18:00:00.001Z',
      },
    ]);
  });
});
