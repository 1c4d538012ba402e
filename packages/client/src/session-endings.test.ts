import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { settled } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { codeOf, linked, qr, reach, ready, setUp } from './testing/session-rig.js';

describe('the end of a session', () => {
  it('ends in a crash loop after maxRestarts losses of the browser, and forgets losses after a long time of ready', async () => {
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

  it('starts another browser when a reading of the page never ends, in place of believing the last one for ever', async () => {
    const { browser, clock, session } = await linked({ heartbeat: 10_000 });
    browser.faults.hangsOnRead = true;
    for (let beats = 0; beats < 8 && session.state.name === 'ready'; beats += 1) await clock.wind(10_000);
    expect(session.state).toMatchObject({ name: 'interrupted', cause: 'page-silent' });
    browser.faults = {};
    await clock.wind(10_000);
    await reach(session, 'backing-off');
    await clock.wind(1_000);
    await reach(session, 'resuming');
    browser.show(ready);
    expect(session.state.name).toBe('ready');
  });

  it('keeps the session locked until the browser’s end is confirmed', async () => {
    const { browser, session, sessionsDir } = await linked();
    browser.faults.close = new WakeyError('browser-unkillable', { what: 'Process 1 stays.', hint: 'End it.' });
    expect(await codeOf(session.stop())).toBe('browser-unkillable');
    const other = await setUp({}, { sessionsDir });
    expect(await codeOf(other.session.start())).toBe('session-in-use');
    browser.faults = {};
    await session.start();
    expect(session.state.name).toBe('resuming');
  });

  it('refuses a second owner and names the first', async () => {
    const { sessionsDir } = await linked();
    const { session, browser } = await setUp({}, { sessionsDir });
    await expect(session.start()).rejects.toMatchObject({
      code: 'session-in-use',
      message: expect.stringContaining(String(process.pid)),
      details: { session: 'main', host: hostname(), pid: process.pid, program: 'wakey', since: expect.any(Number) },
    });
    expect(session.state).toMatchObject({ name: 'ended', reason: 'session-in-use' });
    expect(browser.launches()).toHaveLength(0);
  });

  it('erases the credentials when the phone unlinks the session, and reports it', async () => {
    const { browser, session, sessionsDir } = await linked();
    browser.show({ type: 'logged-out', by: 'phone', document: 1 }, { type: 'logged-out', by: 'phone', document: 2 });
    await expect(session.ready()).rejects.toMatchObject({ code: 'logged-out-by-phone' });
    const record = JSON.parse(await readFile(join(sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.linkedAt).toBeUndefined();
  });

  it('distinguishes a login that was unlinked while the session was not running from a session that was never linked', async () => {
    const first = await linked();
    await first.session.stop();
    const { browser, session, events } = await setUp({}, { sessionsDir: first.sessionsDir });
    await session.start();
    browser.show({ type: 'logged-out', by: 'phone', document: 1 }, { type: 'logged-out', by: 'phone', document: 2 });
    await reach(session, 'loading');
    // The warning says that the logout leaves no backup in quarantine, because there is no store.
    expect(events).toEqual(['rescan', 'warning']);
    browser.show(qr('again'));
    expect(session.state).toMatchObject({ name: 'awaiting-qr', run: { why: 'unlinked-while-away' } });
    expect(browser.launches()).toHaveLength(2);
  });

  it('shows another code when linking fails half-way', async () => {
    const { browser, session, events } = await setUp();
    await session.start();
    browser.show(
      qr('one'),
      { type: 'linking' },
      { type: 'logged-out', by: 'phone', document: 1 },
      { type: 'logged-out', by: 'phone', document: 2 },
    );
    await reach(session, 'loading');
    browser.show(qr('two'));
    expect(session.state).toMatchObject({ name: 'awaiting-qr', seq: 2, run: { why: 'link-failed' } });
    expect(events).toEqual(['qr', 'rescan', 'qr']);
  });

  it('logs out once the page confirms it, and keeps the credentials without that confirmation', async () => {
    const confirmed = await linked();
    const done = confirmed.session.logout();
    await settled();
    expect(confirmed.browser.commands).toEqual([{ type: 'log-out' }]);
    confirmed.browser.show({ type: 'logged-out', by: 'us', document: 1 });
    await done;
    expect(confirmed.session.state).toMatchObject({ name: 'ended', reason: 'logged-out-by-us' });

    const silent = await linked({ logoutTimeout: 1_000 });
    const failed = codeOf(silent.session.logout());
    await silent.clock.wind(1_000);
    expect(await failed).toBe('logout-unconfirmed');
    const record = JSON.parse(await readFile(join(silent.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.linkedAt).toBeDefined();
  });

  it('links again under the same id with a new code', async () => {
    const { browser, session, sessionsDir } = await linked();
    const done = session.relink();
    await settled();
    browser.show({ type: 'logged-out', by: 'us', document: 1 });
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

  it('rejects a failed start with the code of its ending', async () => {
    for (const code of ['browser-unavailable', 'browser-unsuitable'] as const) {
      const { browser, session } = await setUp();
      browser.faults.launch = new WakeyError(code, { what: 'It failed.', hint: 'Try again.' });
      expect(await codeOf(session.start())).toBe(code);
    }
    for (const code of ['page-unreachable', 'page-foreign'] as const) {
      const { browser, session } = await setUp();
      browser.faults.open = new WakeyError(code, { what: 'It failed.', hint: 'Try again.' });
      expect(await codeOf(session.start())).toBe(code);
      expect(browser.alive()).toBe(0);
    }
  });

  it('rejects a failed start with the advice of the failure, without the general advice of the ending', async () => {
    const { browser, session } = await setUp();
    browser.faults.open = new WakeyError('page-unreachable', { what: 'No route to a.b.', hint: 'Plug it in.' });
    await expect(session.start()).rejects.toMatchObject({
      message: 'The page could not be loaded: No route to a.b. Plug it in.',
      hint: 'Plug it in.',
    });
  });

  it('tries once more to start a browser that did not start, then ends with its error', async () => {
    const { browser, clock, session } = await setUp();
    browser.faults.launch = new WakeyError('browser-failed', { what: 'It was killed.', hint: 'Look why.' });
    const started = codeOf(session.start());
    await reach(session, 'backing-off');
    await clock.wind(1_000);
    expect(await started).toBe('browser-failed');
    expect(browser.launches()).toHaveLength(2);
    expect(session.state).toMatchObject({ detail: expect.stringContaining('It was killed.') });
  });

  it.each(['invalid-argument', 'unsupported'] as const)(
    'does not try once more to start a browser if the driver refuses its options as %s',
    async (code) => {
      const { browser, session } = await setUp();
      browser.faults.launch = new WakeyError(code, { what: 'It does not know --nope.', hint: 'Correct it.' });
      expect(await codeOf(session.start())).toBe('browser-failed');
      expect(browser.launches()).toHaveLength(1);
      expect(session.state).toMatchObject({ detail: expect.stringContaining('--nope') });
    },
  );

  it('resolves start() if the browser starts at the second try', async () => {
    const { browser, clock, session } = await setUp();
    browser.faults.launch = new WakeyError('browser-failed', { what: 'It was killed.', hint: 'Look why.' });
    const started = codeOf(session.start());
    await reach(session, 'backing-off');
    browser.faults = {};
    await clock.wind(1_000);
    expect(await started).toBe('resolved');
    expect(session.page).toBe('page 2');
  });

  it('refuses commands that its state does not allow, and a second start', async () => {
    const { session } = await setUp();
    expect(await codeOf(session.logout())).toBe('command-refused');
    expect(await codeOf(session.submitLinkCode('ABCD'))).toBe('command-refused');
    await session.start();
    expect(await codeOf(session.start())).toBe('command-refused');
    expect(await codeOf(session.start({ phone: '07700 900000' }))).toBe('invalid-phone-number');
  });

  it('refuses to log out while the connection is interrupted, because nothing could confirm the logout', async () => {
    const { browser, session } = await linked();
    browser.show({ type: 'offline', cause: 'network' });
    expect(await codeOf(session.logout())).toBe('command-refused');
    expect(session.state.name).toBe('interrupted');
  });
});
