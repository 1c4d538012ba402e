import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Policy, secret, WakeyError } from '@wakey/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createSession } from './create-session.js';
import { fakeBrowser } from './fakes/fake-browser.js';
import { settled, woundClock } from './fakes/wound-clock.js';
import type { Session, SessionState } from './session.js';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function setUp(policy: Partial<Policy> = {}, given: { readonly sessionsDir?: string } = {}) {
  const browser = fakeBrowser();
  const clock = woundClock();
  const sessionsDir = given.sessionsDir ?? (await mkdtemp(join(tmpdir(), 'wakey-session-')));
  const lines: string[] = [];
  const session = createSession({
    id: 'main',
    driver: browser.driver,
    page: browser.adapter,
    sessionsDir,
    policy,
    clock,
    random: () => 0.5,
    log: (level, message, fields) => lines.push(JSON.stringify({ level, message, fields })),
  });
  const events: string[] = [];
  for (const name of ['qr', 'ready', 'restarting', 'rescan', 'ended', 'linked', 'saved', 'warning'] as const) {
    session.on(name, () => events.push(name));
  }
  cleanups.push(() => rm(sessionsDir, { recursive: true, force: true }));
  cleanups.push(() => session.stop().catch(() => undefined));
  return { browser, clock, session, sessionsDir, events, lines };
}

const qr = (value: string) => ({ type: 'qr', qr: secret(value), ttl: 60_000 }) as const;
const ready = { type: 'readiness', me: '447700900000@c.us', missing: [] } as const;

async function linked(policy: Partial<Policy> = {}) {
  const parts = await setUp(policy);
  await parts.session.start();
  parts.browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, { type: 'syncing', percent: 50 }, ready);
  return parts;
}

function names(session: Session): string[] {
  const seen: string[] = [];
  session.on('state', ({ name }) => {
    if (seen.at(-1) !== name) seen.push(name);
  });
  return seen;
}

/** Resolves when the session is in the state: files are real here, and take the time they take. */
async function reach(session: Session, name: SessionState['name']): Promise<void> {
  if (session.state.name === name) return;
  await new Promise<void>((resolve) => {
    const off = session.on('state', (state) => {
      if (state.name !== name) return;
      off();
      resolve();
    });
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof WakeyError ? error.code : String(error)),
  );
}

describe('a session', () => {
  it('goes from start by a scanned code to ready, and stops with nothing left', async () => {
    const { browser, clock, session, events } = await setUp();
    const seen = names(session);
    await session.start();
    expect(session.page).toBe('page 1');
    browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, { type: 'syncing', percent: 50 }, ready);
    await expect(session.ready()).resolves.toMatchObject({ me: '447700900000@c.us' });
    await session.stop();
    expect(seen).toEqual(['starting', 'loading', 'awaiting-qr', 'linking', 'syncing', 'ready', 'stopping', 'stopped']);
    expect(events).toEqual(['qr', 'linked', 'ready']);
    expect(browser.alive()).toBe(0);
    expect(clock.pending()).toBe(0);
    expect(session.page).toBeUndefined();
  });

  it('keeps its link on record and resumes without a code', async () => {
    const first = await linked();
    await first.clock.wind(5_000);
    await first.session.stop();
    const { browser, session, events } = await setUp({}, { sessionsDir: first.sessionsDir });
    await session.start();
    expect(session.state.name).toBe('resuming');
    browser.show(ready);
    expect(events).toEqual(['ready']);
    const record = JSON.parse(await readFile(join(first.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record).toMatchObject({ me: '447700900000@c.us', driver: 'fake' });
  });

  it('replaces a code nobody scans within qrTimeout, and ends after maxQr codes', async () => {
    const { browser, clock, session, events } = await setUp({ qrTimeout: 10_000, maxQr: 2 });
    await session.start();
    browser.show(qr('one'));
    await clock.wind(10_000);
    expect(browser.commands).toEqual([{ type: 'refresh-qr' }]);
    browser.show(qr('one'), qr('two'));
    expect(session.state).toMatchObject({ name: 'awaiting-qr', seq: 2, remaining: 0 });
    await clock.wind(10_000);
    await reach(session, 'ended');
    expect(session.state).toMatchObject({ name: 'ended', reason: 'qr-exhausted' });
    expect(events).toEqual(['qr', 'qr', 'ended']);
    expect(browser.alive()).toBe(0);
    await session.start();
    browser.show(qr('three'));
    expect(session.state).toMatchObject({ name: 'awaiting-qr', seq: 1 });
  });

  it('hands out no code that has expired, neither from a kept state nor from a kept event', async () => {
    const { browser, clock, session } = await setUp({ qrTimeout: 10_000 });
    const codes: { reveal(): string }[] = [];
    session.on('qr', (notice) => codes.push(notice.qr));
    await session.start();
    browser.show(qr('one'));
    const state = session.state;
    if (state.name === 'awaiting-qr') codes.push(state.qr);
    expect(codes.map((code) => code.reveal())).toEqual(['one', 'one']);
    await clock.wind(10_000);
    for (const code of codes) expect(() => code.reveal()).toThrow('expired');
  });

  it('writes no code into its log, its states or its events as text', async () => {
    const { browser, session, lines } = await setUp();
    const printed: string[] = [];
    session.on('state', (state) => printed.push(JSON.stringify(state)));
    session.on('qr', (notice) => printed.push(JSON.stringify(notice)));
    await session.start();
    browser.show(qr('the-qr-secret'));
    expect(lines.length).toBeGreaterThan(0);
    expect(printed.join('')).toContain('[secret]');
    expect(lines.join('') + printed.join('')).not.toContain('the-qr-secret');
  });

  it('starts another browser when it is killed, and resumes without a code', async () => {
    const { browser, clock, session, events } = await linked();
    browser.kill();
    await settled();
    expect(session.state).toMatchObject({ name: 'backing-off', delay: 1_000 });
    await clock.wind(1_000);
    await reach(session, 'resuming');
    browser.show(ready);
    expect(session.state.name).toBe('ready');
    expect(events).toEqual(['qr', 'linked', 'ready', 'restarting', 'ready']);
    expect(browser.launches()).toHaveLength(2);
  });

  it('does the same when the page crashes', async () => {
    const { browser, clock, session } = await linked();
    browser.crash();
    await settled();
    expect(browser.alive()).toBe(0);
    await clock.wind(1_000);
    await reach(session, 'resuming');
  });

  it('ends in a crash loop after maxRestarts losses, and forgets them after a long ready', async () => {
    const { browser, clock, session } = await linked({ maxRestarts: 1, stableAfter: 60_000 });
    const crashOnce = async () => {
      browser.kill();
      await reach(session, 'backing-off');
      await clock.wind(1_000);
      await reach(session, 'resuming');
      browser.show(ready);
    };
    await crashOnce();
    expect(session.state.name).toBe('ready');
    await clock.wind(60_000);
    await crashOnce();
    expect(session.state.name).toBe('ready');
    browser.kill();
    await reach(session, 'ended');
    expect(session.state).toMatchObject({ name: 'ended', reason: 'crash-loop' });
  });

  it('keeps the session locked when the browser’s end is not confirmed, until it is', async () => {
    const { browser, session, sessionsDir } = await linked();
    browser.faults.close = new WakeyError('browser-unkillable', { what: 'Process 1 stays.', todo: 'End it.' });
    expect(await codeOf(session.stop())).toBe('browser-unkillable');
    const other = await setUp({}, { sessionsDir });
    expect(await codeOf(other.session.start())).toBe('session-in-use');
    browser.faults = {};
    await session.start();
    expect(session.state.name).toBe('resuming');
  });

  it('refuses a second owner, naming the first', async () => {
    const { sessionsDir } = await linked();
    const { session, browser } = await setUp({}, { sessionsDir });
    await expect(session.start()).rejects.toThrow(String(process.pid));
    expect(session.state).toMatchObject({ name: 'ended', reason: 'session-in-use' });
    expect(browser.launches()).toHaveLength(0);
  });

  it('erases the credentials when the phone unlinks it, and says so', async () => {
    const { browser, session, sessionsDir } = await linked();
    browser.show({ type: 'logged-out', by: 'phone' });
    await expect(session.ready()).rejects.toMatchObject({ code: 'logged-out-by-phone' });
    const record = JSON.parse(await readFile(join(sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.linkedAt).toBeUndefined();
  });

  it('tells a login that was unlinked while away from one that never was', async () => {
    const first = await linked();
    await first.session.stop();
    const { browser, session, events } = await setUp({}, { sessionsDir: first.sessionsDir });
    await session.start();
    browser.show({ type: 'logged-out', by: 'phone' });
    await reach(session, 'loading');
    expect(events).toEqual(['rescan']);
    browser.show(qr('again'));
    expect(session.state).toMatchObject({ name: 'awaiting-qr', run: { why: 'unlinked-while-away' } });
    expect(browser.launches()).toHaveLength(2);
  });

  it('logs out by the page’s confirmation, and keeps the credentials without it', async () => {
    const confirmed = await linked();
    const done = confirmed.session.logout();
    await settled();
    expect(confirmed.browser.commands).toEqual([{ type: 'log-out' }]);
    confirmed.browser.show({ type: 'logged-out', by: 'us' });
    await done;
    expect(confirmed.session.state).toMatchObject({ name: 'ended', reason: 'logged-out-by-us' });

    const silent = await linked({ logoutTimeout: 1_000 });
    const failed = codeOf(silent.session.logout());
    await silent.clock.wind(1_000);
    expect(await failed).toBe('logout-unconfirmed');
    const record = JSON.parse(await readFile(join(silent.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.linkedAt).toBeDefined();
  });

  it('relinks under the same id with a fresh code', async () => {
    const { browser, session, sessionsDir } = await linked();
    const done = session.relink();
    await settled();
    browser.show({ type: 'logged-out', by: 'us' });
    await reach(session, 'loading');
    browser.show(qr('fresh'));
    await done;
    expect(session.state).toMatchObject({ name: 'awaiting-qr', seq: 1, run: { why: 'relink' } });
    expect(await readdir(sessionsDir)).toContain('main');
  });

  it('leaves nothing running when a start is aborted while the browser launches', async () => {
    const { browser, clock, session } = await setUp();
    browser.faults.hangsOnLaunch = true;
    const abort = new AbortController();
    const started = codeOf(session.start({ signal: abort.signal }));
    await settled();
    abort.abort();
    expect(await started).toBe('aborted');
    expect(session.state.name).toBe('stopped');
    expect(browser.alive()).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it('gives each ending of a failed start as the error of the call', async () => {
    for (const code of ['browser-unavailable', 'browser-failed', 'browser-unsuitable'] as const) {
      const { browser, session } = await setUp();
      browser.faults.launch = new WakeyError(code, { what: 'It failed.', todo: 'Mend it.' });
      expect(await codeOf(session.start())).toBe(code);
    }
    for (const code of ['page-unreachable', 'page-foreign'] as const) {
      const { browser, session } = await setUp();
      browser.faults.open = new WakeyError(code, { what: 'It failed.', todo: 'Mend it.' });
      expect(await codeOf(session.start())).toBe(code);
      expect(browser.alive()).toBe(0);
    }
  });

  it('leaves nothing of a new session whose page never opened, and keeps one whose page did', async () => {
    const { browser, session, sessionsDir } = await setUp();
    browser.faults.open = new WakeyError('page-unreachable', { what: 'It failed.', todo: 'Mend it.' });
    await codeOf(session.start());
    expect(await readdir(sessionsDir)).not.toContain('main');
    delete browser.faults.open;
    await session.start();
    await session.stop();
    expect(await readdir(sessionsDir)).toContain('main');
    browser.faults.open = new WakeyError('page-unreachable', { what: 'It failed.', todo: 'Mend it.' });
    await codeOf(session.start());
    expect(await readdir(sessionsDir)).toContain('main');
  });

  it('refuses commands that its state cannot do, and a second start', async () => {
    const { session } = await setUp();
    expect(await codeOf(session.logout())).toBe('command-refused');
    expect(await codeOf(session.submitLinkCode('ABCD'))).toBe('command-refused');
    await session.start();
    expect(await codeOf(session.start())).toBe('command-refused');
    expect(await codeOf(session.start({ phone: '07700 900000' }))).toBe('invalid-phone-number');
  });

  it('can be started again from its own ended event', async () => {
    const { browser, session } = await linked();
    const again = new Promise((resolve, reject) => {
      session.on('ended', () => session.start().then(resolve, reject));
    });
    browser.show({ type: 'logged-out', by: 'phone' });
    await again;
    expect(session.state.name).toBe('loading');
  });

  it('reads the page again at every heartbeat, and takes a silent page for dead', async () => {
    const { browser, clock, session } = await linked({ heartbeat: 1_000 });
    const before = browser.readings();
    await clock.wind(3_000);
    expect(browser.readings() - before).toBe(3);
    browser.faults.read = new WakeyError('timeout', { what: 'No answer.', todo: 'Wait.' });
    await clock.wind(1_000);
    expect(session.state).toMatchObject({ name: 'interrupted', cause: 'page-silent' });
    await clock.wind(1_000);
    await reach(session, 'backing-off');
  });

  it('gives every state in order to each iterator, and ends them at rest', async () => {
    const { browser, session } = await setUp();
    const collect = async () => {
      const seen: SessionState['name'][] = [];
      for await (const { name } of session.states()) seen.push(name);
      return seen;
    };
    await session.start();
    const both = [collect(), collect()];
    await settled();
    browser.show(qr('one'));
    await session.stop();
    for (const seen of await Promise.all(both)) {
      expect(seen).toEqual(['loading', 'awaiting-qr', 'stopping', 'stopping', 'stopped']);
    }
  });

  it('is not stopped by a listener that throws', async () => {
    const { browser, session, lines } = await setUp();
    session.on('qr', () => {
      throw new Error('broken listener');
    });
    await session.start();
    browser.show(qr('one'));
    expect(session.state.name).toBe('awaiting-qr');
    expect(lines.join('')).toContain('broken listener');
  });
});
