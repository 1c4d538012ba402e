import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { settled } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import type { SessionState } from './session.js';
import { codeOf, linked, names, qr, reach, ready, setUp } from './testing/session-rig.js';

describe('a session', () => {
  it('goes from start to ready by a scanned code, and leaves no browser, lock or listener after a stop', async () => {
    const { browser, clock, session, events } = await setUp();
    const seen = names(session);
    await session.start();
    expect(session.page).toBe('page 1');
    browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, { type: 'syncing', percent: 50 }, ready);
    await expect(session.ready()).resolves.toMatchObject({ me: '447700900000@c.us' });
    await session.stop();
    expect(seen).toEqual(['starting', 'loading', 'awaiting-qr', 'linking', 'syncing', 'ready', 'stopping', 'stopped']);
    expect(events).toEqual(['qr', 'linked', 'ready', 'saved']);
    expect(browser.alive()).toBe(0);
    expect(clock.pending()).toBe(0);
    expect(session.page).toBeUndefined();
  });

  it('records its link and resumes without a code', async () => {
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

  it('records when it was last ready, not when it was stopped', async () => {
    const { browser, clock, session, sessionsDir } = await linked({ interruptedTimeout: 1_000_000 });
    const readyAt = clock.now();
    browser.show({ type: 'offline', cause: 'network' });
    await clock.wind(500_000);
    await session.stop();
    const record = JSON.parse(await readFile(join(sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.lastReadyAt).toBe(readyAt);
  });

  it('replaces a code that is not scanned within qrTimeout, and ends after maxQr codes', async () => {
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

  it('reveals no expired code, neither from an old state nor from an old event', async () => {
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

  it('writes no code as text into its log, its states or its events', async () => {
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

  it('says why the driver itself ended the browser', async () => {
    const { session, browser } = await linked();
    const causes: string[] = [];
    session.on('restarting', ({ cause }) => causes.push(cause));
    browser.kill('the journal could not be written');
    await settled();
    expect(causes).toEqual([expect.stringContaining('the driver ended the browser: the journal could not be written')]);
  });

  it('starts a new browser when the browser is killed, and resumes without a code', async () => {
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

  it('starts a new browser when the page crashes, and resumes without a code', async () => {
    const { browser, clock, session } = await linked();
    browser.crash();
    await settled();
    expect(browser.alive()).toBe(0);
    await clock.wind(1_000);
    await reach(session, 'resuming');
  });

  it('leaves no files of a new session whose page never opened, and keeps the files once the page opened', async () => {
    const { browser, session, sessionsDir } = await setUp();
    browser.faults.open = new WakeyError('page-unreachable', { what: 'It failed.', hint: 'Try again.' });
    await codeOf(session.start());
    expect(await readdir(sessionsDir)).not.toContain('main');
    delete browser.faults.open;
    await session.start();
    await session.stop();
    expect(await readdir(sessionsDir)).toContain('main');
    browser.faults.open = new WakeyError('page-unreachable', { what: 'It failed.', hint: 'Try again.' });
    await codeOf(session.start());
    expect(await readdir(sessionsDir)).toContain('main');
  });

  it('can be started again by a listener of its own ended event', async () => {
    const { browser, session } = await linked();
    const again = new Promise((resolve, reject) => {
      session.on('ended', () => session.start().then(resolve, reject));
    });
    browser.show({ type: 'logged-out', by: 'phone', document: 1 }, { type: 'logged-out', by: 'phone', document: 2 });
    await again;
    expect(session.state.name).toBe('loading');
  });

  it('reads the page again at every heartbeat, and treats a page that does not answer as dead', async () => {
    const { browser, clock, session } = await linked({ heartbeat: 1_000 });
    const before = browser.readings();
    await clock.wind(3_000);
    expect(browser.readings() - before).toBe(3);
    browser.faults.read = new WakeyError('timeout', { what: 'No answer.', hint: 'Wait.' });
    await clock.wind(1_000);
    expect(session.state).toMatchObject({ name: 'interrupted', cause: 'page-silent' });
    await clock.wind(1_000);
    await reach(session, 'backing-off');
  });

  it.each([
    ['another page has replaced WhatsApp’s', 'page-foreign'],
    ['its page came without its scripts', 'page-unreachable'],
  ] as const)('starts another browser when %s', async (_, code) => {
    const { browser, clock, session } = await linked({ heartbeat: 1_000 });
    browser.show({ type: 'page-booting', missing: ['require'] });
    expect(session.state.name).toBe('resuming');
    browser.faults.read = new WakeyError(code, { what: 'It is another page.', hint: 'Look at it.' });
    await clock.wind(1_000);
    await reach(session, 'backing-off');
  });

  it('passes every state in order to each iterator, and ends the iterators when the session is not running', async () => {
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

  it('runs on when a listener throws', async () => {
    const { browser, session, lines } = await setUp();
    session.on('qr', () => {
      throw new Error('broken listener');
    });
    await session.start();
    browser.show(qr('one'));
    expect(session.state.name).toBe('awaiting-qr');
    expect(lines.join('')).toContain('broken listener');
  });

  it('warns of a number that the numbering plan does not contain, and links with it all the same', async () => {
    const { session } = await setUp();
    const warnings: string[] = [];
    session.on('warning', ({ what }) => warnings.push(what));
    await session.start({ phone: '+52 1 55 1234 5678' });
    expect(warnings).toEqual([expect.stringContaining('The phone number may be wrong')]);
    expect(warnings.join()).not.toContain('1234');
    expect(session.state).toMatchObject({ name: 'loading', run: { method: { by: 'code', phone: '5215512345678' } } });
  });
});
