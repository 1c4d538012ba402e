import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { realFiles, thisPlatform } from '@wakey/host';
import { inTrouble, type Trouble } from '@wakey/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeIn } from '../../packages/stores/filesystem/src/filesystem-store.ts';
import { type FakeLife, fakeLife } from '../support/faults/fake-life.ts';
import { makeTemplate, type Template } from '../support/faults/template.ts';
import { makeFolder } from '../support/folder.ts';

let template: Template;
beforeAll(async () => {
  template = await makeTemplate();
});
afterAll(() => template.remove());

let sessionsDir: string;
let trouble: Trouble | undefined;
beforeEach(async () => {
  const folder = await makeFolder();
  sessionsDir = join(folder.path, 'sessions');
  mkdirSync(sessionsDir, { mode: 0o700 });
  cpSync(template.main, join(sessionsDir, 'main'), { recursive: true });
  trouble = undefined;
  return folder.remove;
});

/** A session whose store is on a disk that fails while `trouble` is set. */
function life(): FakeLife {
  const store = storeIn({
    directory: sessionsDir,
    disk: { files: inTrouble(realFiles, () => trouble), platform: thisPlatform },
    sleep: (ms) => delay(ms),
    warn: () => undefined,
  });
  return fakeLife(sessionsDir, template, { store, policy: { heartbeat: 20, settle: 10, saveEvery: 20 } });
}

describe.each(['failing', 'full', 'read-only'] as const)('a store on a disk that is %s for a while', (how) => {
  it('causes only a warning to a ready session, which keeps its lease and login and saves a backup afterwards', async () => {
    const { session, told, begin, until, next } = life();
    await begin();
    await until('saved');
    const states: string[] = [];
    session.on('state', ({ name }) => states.push(name));
    trouble = how;
    // The session renews its lease more often than it saves a backup, so a renewal fails meanwhile too.
    await next('warning: not saved', 3);
    trouble = undefined;
    await next('saved');
    await session.stop();
    expect(states.filter((name) => !['ready', 'stopping', 'stopped'].includes(name))).toEqual([]);
    expect(told.filter((one) => /^(rescan|ended)/.test(one))).toEqual([]);
  });

  it('at a stop costs the session only its last backup, and a warning says so', async () => {
    const { session, told, begin } = life();
    await begin();
    trouble = how;
    await session.stop();
    trouble = undefined;
    expect(told).toContainEqual(expect.stringMatching(/^warning: not saved/));
    const next = life();
    await next.begin();
    expect([next.launched, next.session.state.name]).toEqual([[template.live], 'ready']);
    await next.session.stop();
  });
});

it('a store that cannot be read during a restore ends the session, and shows no code', async () => {
  rmSync(join(sessionsDir, 'main', 'profile'), { recursive: true });
  const failing = life();
  // The disk fails only after the session has its lease.
  failing.session.on('recovery', () => {
    trouble = 'failing';
  });
  await failing.begin().catch(() => undefined);
  await failing.until('ended');
  expect(failing.launched).toEqual([]);
  expect(failing.told).toEqual(['restoring', expect.stringContaining('ended: session-unreadable')]);
  await failing.session.stop();
  trouble = undefined;
  const next = life();
  await next.begin();
  expect([next.launched, next.told]).toEqual([[template.kept], ['restoring', 'restored', 'ready']]);
  await next.session.stop();
});

it('a store that fails at a start ends the session with the reason, and shows no code', async () => {
  trouble = 'failing';
  const refused = life();
  await expect(refused.begin()).rejects.toMatchObject({ code: 'session-unreadable' });
  expect(refused.launched).toEqual([]);
  await refused.session.stop();
  trouble = undefined;
  const next = life();
  await next.begin();
  expect(next.launched).toEqual([template.live]);
  await next.session.stop();
});
