import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverCapabilities } from '@wakey/core';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { linked, qr, reach, ready, setUp } from './testing/session-rig.js';
import { memoryStore } from './transfer/testing/memory-store.js';

const absent = { supported: false, reason: 'This browser has no profile.' } as const;
const keepsNothing = { persistentProfile: absent } satisfies Partial<DriverCapabilities>;
const policy = { settle: 1_000, saveEvery: 10_000, heartbeat: 600_000 } as const;

describe('a driver whose browser keeps no profile', () => {
  it('is refused before anything starts, with the reason and what to do, unless the session is ephemeral', async () => {
    const sessionsDir = temporaryDirectory();
    await expect(setUp({}, { capabilities: keepsNothing, sessionsDir })).rejects.toMatchObject({
      code: 'unsupported',
      what: expect.stringContaining('This browser has no profile.'),
      hint: expect.stringMatching(/--ephemeral.*every run adds a linked device/),
    });
    expect(await readdir(sessionsDir)).toEqual([]);
  });
});

describe.each([
  ['whose driver keeps no profile', keepsNothing],
  ['whose driver keeps profiles', {}],
])('an ephemeral session %s', (_, capabilities) => {
  const open = (given: Parameters<typeof setUp>[1] = {}) => setUp(policy, { capabilities, ephemeral: true, ...given });

  it('says before the first code that nothing is kept, and that each run adds a linked device', async () => {
    const { browser, session } = await open();
    const said: string[] = [];
    session.on('warning', ({ what }) => said.push(what));
    session.on('qr', () => said.push('qr'));
    await session.start();
    browser.show({ type: 'unpaired' }, qr('one'));
    expect(said).toEqual([
      expect.stringMatching(/nothing of this login is kept.*every run adds a linked device/),
      'qr',
    ]);
    await session.stop();
    await session.start();
    expect(said).toHaveLength(2);
  });

  it('never reports or shows that it saves, and leaves nothing behind', async () => {
    const { store, kept } = memoryStore();
    const { browser, clock, session, sessionsDir, events } = await open({ store });
    const phases: string[] = [];
    session.on('state', (state) => void (state.name === 'stopping' && phases.push(state.phase)));
    await session.start();
    browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, ready);
    await clock.wind(policy.saveEvery * 3);
    expect(session.state.name).toBe('ready');
    await session.stop();
    expect(events).toEqual(['warning', 'qr', 'linked', 'ready']);
    expect(phases).toEqual(['closing', 'releasing']);
    expect(await readdir(sessionsDir)).not.toContain('main');
    expect([...kept]).toEqual([]);
  });

  it('asks for a new code when its browser is lost', async () => {
    const { browser, clock, session, events } = await open();
    await session.start();
    browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, ready);
    browser.kill();
    await reach(session, 'backing-off');
    expect(session.state).toMatchObject({ run: { login: { is: 'none' }, why: 'credentials-lost' } });
    await clock.wind(10_000);
    await reach(session, 'loading');
    expect(events).toEqual(['warning', 'qr', 'linked', 'ready', 'restarting', 'rescan']);
  });

  it('is refused if the session has a login that is kept, which stays unchanged', async () => {
    const former = await linked();
    await former.session.stop();
    const record = () => readFile(join(former.sessionsDir, 'main', 'session.json'), 'utf8');
    const before = await record();
    const { browser, session } = await open({ sessionsDir: former.sessionsDir });
    for (const begin of [() => session.start(), () => session.relink()]) {
      await expect(begin()).rejects.toMatchObject({
        code: 'session-unreadable',
        message: expect.stringContaining('Login kept'),
        hint: expect.stringContaining('another session name'),
      });
    }
    expect(browser.launches()).toEqual([]);
    expect(await record()).toBe(before);
  });
});

it('starts the browser of an ephemeral session without a profile, also if its driver keeps profiles', async () => {
  const { browser, session } = await setUp({}, { ephemeral: true });
  await session.start();
  expect(browser.launches()).toHaveLength(1);
  expect(browser.launches()[0]).not.toHaveProperty('profile');
});

it('warns once of what the driver adds to its browser', async () => {
  const webLocks = { supported: true, bridged: 'a queue in the document' } as const;
  const { session } = await setUp({}, { capabilities: { webLocks } });
  const said: string[] = [];
  session.on('warning', ({ what }) => said.push(what));
  await session.start();
  await session.stop();
  await session.start();
  expect(said).toEqual(['the driver "fake" bridges webLocks: a queue in the document']);
});

it('does not warn that the driver adds a profile to an ephemeral session, which has none', async () => {
  const persistentProfile = { supported: true, bridged: 'a journal' } as const;
  const { session } = await setUp({}, { capabilities: { persistentProfile }, ephemeral: true });
  const said: string[] = [];
  session.on('warning', ({ what }) => said.push(what));
  await session.start();
  expect(said).toEqual([expect.stringContaining('nothing of this login is kept')]);
});
