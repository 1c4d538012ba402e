import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import { makeProfile } from '@wakey/chromium/testing';
import type { SessionStore } from '@wakey/core';
import { fakeBrowser } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { createSession } from './create-session.js';
import { qr, reach, ready, setUp } from './testing/session-rig.js';
import { type MemoryStore, memoryStore } from './transfer/testing/memory-store.js';

const DAY = 86_400_000;
const unlinked = [
  { type: 'logged-out', by: 'phone', document: 1 },
  { type: 'logged-out', by: 'phone', document: 2 },
] as const;

it('keeps the newest backup for 7 days after a logout that this program did not request, and destroys it at a start after that', async () => {
  const kept = memoryStore();
  const first = await keptSession(kept);
  first.browser.show(...unlinked);
  await reach(first.session, 'ended');
  expect(first.session.state).toMatchObject({ reason: 'logged-out-by-phone' });
  expect(kept.kept).toEqual([]);
  const until = kept.aside?.until ?? 0;
  expect(until - first.clock.now()).toBe(7 * DAY);
  expect(await first.record()).toMatchObject({ setAside: { generation: kept.aside?.generation, until } });
  expect(await first.record()).not.toHaveProperty('linkedAt');

  const second = await run(kept, { sessionsDir: first.sessionsDir });
  second.browser.show(qr('one'), { type: 'linking' }, ready);
  await second.session.stop();
  expect(kept.aside?.until).toBe(until);
  expect(await second.record()).toMatchObject({ setAside: { until } });

  if (kept.aside !== undefined) kept.aside = { ...kept.aside, until: 1 };
  const third = await run(kept, { sessionsDir: first.sessionsDir });
  expect(kept.aside).toBeUndefined();
  expect(await third.record()).not.toHaveProperty('setAside');
});

it('destroys every backup at once on its own logout, also the backup of an earlier logout', async () => {
  const kept = memoryStore();
  const { browser, session, record } = await keptSession(kept);
  kept.aside = { bytes: Buffer.from('old'), metadata: {}, generation: 1, fence: 1, until: Number.MAX_SAFE_INTEGER };
  const out = session.logout();
  await reach(session, 'logging-out');
  browser.show({ type: 'logged-out', by: 'us', document: 1 });
  await out;
  expect([kept.kept, kept.aside]).toEqual([[], undefined]);
  expect(await record()).not.toHaveProperty('setAside');
});

it('destroys the backup that a logout left in quarantine when relink() is called', async () => {
  const kept = memoryStore();
  const first = await keptSession(kept);
  first.browser.show(...unlinked);
  await reach(first.session, 'ended');
  expect(kept.aside).toBeDefined();
  const linking = first.session.relink();
  await reach(first.session, 'loading');
  first.browser.show(qr('one'));
  await linking;
  expect(kept.aside).toBeUndefined();
});

it('destroys every backup at once if keepAfterLogout is 0', async () => {
  const kept = memoryStore();
  const { browser, session } = await keptSession(kept, { keepAfterLogout: 0 });
  browser.show(...unlinked);
  await reach(session, 'ended');
  expect([kept.kept, kept.aside]).toEqual([[], undefined]);
});

it('keeps the login if the store cannot move the newest backup to quarantine', async () => {
  const kept = memoryStore();
  const put = async () => Promise.reject(new Error('the disk failed'));
  const { quarantine } = kept.store;
  const broken = { ...kept.store, ...(quarantine && { quarantine: { ...quarantine, put } }) };
  const { browser, session, record } = await keptSession({ ...kept, store: broken });
  browser.show(...unlinked);
  await reach(session, 'ended');
  expect(kept.kept).not.toEqual([]);
  expect(await record()).toHaveProperty('linkedAt');
});

it.each([
  ['without a store', undefined, 'there is no store'],
  ['over a store without a quarantine', poor(memoryStore().store), 'has no quarantine'],
])('warns %s that no backup is kept', async (_, store, why) => {
  const parts = await setUp({}, store === undefined ? {} : { store });
  const said: string[] = [];
  parts.session.on('warning', ({ what }) => said.push(what));
  await parts.session.start();
  parts.browser.show(qr('one'), { type: 'linking' }, ready, ...unlinked);
  await reach(parts.session, 'ended');
  expect(said.filter((what) => what.includes(why))).toHaveLength(1);
});

it.each([
  ['newest', 1],
  ['nothing', 0],
] as const)('finishes an interrupted erasure as it began: %s', async (erasingKeep, left) => {
  const kept = memoryStore();
  const first = await keptSession(kept);
  await first.session.stop();
  const path = join(first.sessionsDir, 'main', 'session.json');
  await writeFile(path, JSON.stringify({ ...(await first.record()), erasingSince: first.clock.now(), erasingKeep }));
  const second = await run(kept, { sessionsDir: first.sessionsDir });
  expect([kept.kept, kept.aside === undefined ? 0 : 1]).toEqual([[], left]);
  expect(await second.record()).not.toHaveProperty('erasingKeep');
  if (left === 1) expect(kept.aside?.until).toBe(first.clock.now() + 7 * DAY);
});

it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses to keep a backup for %d ms', (keepAfterLogout) => {
  const { driver } = fakeBrowser(chromiumProfile);
  const make = () => createSession({ id: 'main', driver, sessionsDir: 'x', keepAfterLogout });
  expect(make).toThrow('"keepAfterLogout" must be');
});

function poor({ quarantine: _, ...store }: SessionStore): SessionStore {
  return store;
}

/** A session whose page is open. */
async function run({ store }: Pick<MemoryStore, 'store'>, given: Given = {}) {
  const parts = await setUp({ settle: 10_000, heartbeat: 600_000 }, { store, ...given });
  await parts.session.start();
  return {
    ...parts,
    record: async () => JSON.parse(await readFile(join(parts.sessionsDir, 'main', 'session.json'), 'utf8')),
  };
}

type Given = { readonly sessionsDir?: string; readonly keepAfterLogout?: number };

/** A session that is ready and has a backup. */
async function keptSession(kept: Pick<MemoryStore, 'store'>, given: Given = {}) {
  const parts = await run(kept, given);
  await cp(await makeProfile(), join(parts.sessionsDir, 'main', 'profile'), { recursive: true });
  const saved = new Promise<void>((resolve) => parts.session.on('saved', () => resolve()));
  parts.browser.show(qr('one'), { type: 'linking' }, ready);
  await parts.clock.wind(10_000);
  await saved;
  return parts;
}
