import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeProfile } from '@wakey/chromium/testing';
import type { Policy, StoredBundle } from '@wakey/core';
import { expect, it } from 'vitest';
import { qr, reach, ready, setUp } from './testing/session-rig.js';
import { type MemoryStore, memoryStore } from './transfer/testing/memory-store.js';

const policy = { settle: 10_000, saveEvery: 10_000, heartbeat: 600_000, maxRestarts: 10 } as const;

it('keeps the backup that became ready after a restart, however many unproved backups follow', async () => {
  const kept = memoryStore();
  const first = await run(kept);
  await cp(await makeProfile(), first.profile, { recursive: true });
  await first.mark('good');
  first.browser.show(qr('one'), { type: 'linking' }, ready);
  await first.saves(1);
  await first.session.stop();
  expect(numbers(kept)).toEqual([1, 2]);
  expect(await first.record()).not.toHaveProperty('proved');

  const second = await run(kept, first.sessionsDir);
  second.browser.show(ready);
  await second.saves(1);
  expect(await second.record()).toMatchObject({ proved: { generation: 2 } });
  await second.mark('dead');
  await second.saves(10);
  await second.session.stop();
  expect(numbers(kept)).toEqual([2, 13, 14]);
  expect(kept.kept.at(-1)?.metadata.proved).toBe('2');

  const third = await run(kept, first.sessionsDir);
  // The two newest backups have the same content, so a start from one of them proves both.
  const launched = [await third.marked()];
  for (let rung = 1; rung <= 2; rung += 1) {
    third.browser.show({ type: 'unpaired' });
    await reach(third.session, 'starting');
    await reach(third.session, 'resuming');
    launched.push(await third.marked());
  }
  expect(launched).toEqual(['dead', 'dead', 'good']);
  third.browser.show(ready);
  await third.session.ready();
  expect(third.events).not.toContain('rescan');
});

it('does not prove a backup by a link in this run, but proves it by a restart of the browser', async () => {
  const kept = memoryStore();
  const { browser, clock, profile, record, saves, session } = await run(kept);
  await cp(await makeProfile(), profile, { recursive: true });
  browser.show(qr('one'), { type: 'linking' }, ready);
  await saves(2);
  expect(await record()).not.toHaveProperty('proved');
  const gone = new Promise<void>((resolve) => {
    session.on('state', (state) => state.name === 'backing-off' && state.isBrowserGone && resolve());
  });
  browser.kill();
  await gone;
  await Promise.all([reach(session, 'resuming'), clock.wind(2_000)]);
  browser.show(ready);
  await saves(1);
  expect(await record()).toMatchObject({ proved: { generation: 2 } });
});

it('reads the proof from the store if the record of the session is lost', async () => {
  const { kept } = await linkedAndResumed();
  const elsewhere = await run(kept);
  expect(await elsewhere.record()).toMatchObject({ proved: { generation: 2 } });
});

it('finds the proved backup under its new number after a rotation of the keys', async () => {
  const { kept, first, second } = await linkedAndResumed();
  expect(await second.record()).toMatchObject({ proved: { generation: 2 } });
  const newest = (await kept.store.read('main')) as StoredBundle;
  const proved = newest.generation + 1;
  const metadata = { ...newest.metadata, proved: String(proved) };
  for (const copied of [newest, await kept.store.read('main')]) {
    await kept.store.write('main', (copied as StoredBundle).bytes, { fence: 99, metadata, keep: [proved] });
  }

  const third = await run(kept, first.sessionsDir);
  expect(await third.record()).toMatchObject({ proved: { generation: proved } });
});

it('does not restore a refused backup again, neither after a restart nor under another number', async () => {
  const kept = memoryStore();
  const first = await run(kept);
  await cp(await makeProfile(), first.profile, { recursive: true });
  await first.mark('one');
  first.browser.show(qr('one'), { type: 'linking' }, ready);
  await first.saves(1);
  await first.mark('two');
  await first.session.stop();

  await rm(first.profile, { recursive: true });
  const second = await run(kept, first.sessionsDir);
  expect(await second.marked()).toBe('two');
  await second.session.stop();

  const third = await run(kept, first.sessionsDir);
  expect(await third.marked()).toBe('two');
  third.browser.show({ type: 'unpaired' });
  await reach(third.session, 'resuming');
  expect(await third.marked()).toBe('one');
  await third.session.stop();
  expect(await third.record()).toMatchObject({ unproved: { generation: 1 }, refused: [{ generation: 2 }] });

  const [, two] = kept.kept;
  if (two !== undefined) kept.kept.push({ ...two, generation: 50 });
  await rm(first.profile, { recursive: true });
  const fourth = await run(kept, first.sessionsDir);
  expect(await fourth.marked()).toBe('one');
  expect(fourth.lines.filter((line) => line.includes('skipped a refused backup'))).toHaveLength(2);
  fourth.browser.show(ready);
  await fourth.session.ready();
  await fourth.session.stop();
  expect(await fourth.record()).toMatchObject({ proved: { generation: 1 }, refused: [{ generation: 2 }] });

  kept.kept.splice(0, kept.kept.length, ...kept.kept.filter(({ generation }) => generation === 50));
  await rm(first.profile, { recursive: true });
  const fifth = await run(kept, first.sessionsDir);
  expect(fifth.events).toContain('rescan');
});

it('ends as stuck and leaves login, profile and backups in place when no backup becomes ready', async () => {
  const { kept, sessionsDir, before } = await linkedTwice();
  const { browser, clock, ending, events, marked, record, session } = await run(kept, sessionsDir, { maxRestarts: 0 });
  browser.show({ type: 'syncing', percent: 3 });
  await clock.wind(180_000);
  await reach(session, 'resuming');
  browser.show({ type: 'syncing', percent: 3 });
  await clock.wind(180_000);
  expect(await ending).toMatchObject({ reason: 'page-stuck', detail: expect.stringContaining('no backup') });
  expect(events).not.toContain('rescan');
  expect([await marked(), numbers(kept)]).toEqual(['good', before]);
  expect(await record()).toMatchObject({ linkedAt: expect.any(Number) });
});

it('ends as stuck and logs the damage when the backups are damaged and the profile does not become ready', async () => {
  const { kept, sessionsDir } = await linkedTwice();
  kept.kept.splice(0, 2, ...kept.kept.map((one) => ({ ...one, bytes: Buffer.from('damaged') })));
  const { browser, clock, ending, lines, marked } = await run(kept, sessionsDir, { maxRestarts: 0 });
  browser.show({ type: 'syncing', percent: 3 });
  await clock.wind(180_000);
  expect(await ending).toMatchObject({ reason: 'page-stuck' });
  expect(await marked()).toBe('good');
  expect(lines.filter((line) => line.includes('a backup is damaged'))).toHaveLength(2);
});

/** A session that was linked and stopped, and has two backups. */
async function linkedTwice() {
  const kept = memoryStore();
  const { browser, mark, profile, saves, session, sessionsDir } = await run(kept);
  await cp(await makeProfile(), profile, { recursive: true });
  await mark('good');
  browser.show(qr('one'), { type: 'linking' }, ready);
  await saves(1);
  await session.stop();
  return { kept, sessionsDir, before: numbers(kept) };
}

function numbers({ kept }: MemoryStore): readonly number[] {
  return kept.map(({ generation }) => generation);
}

/** A session whose page is open, and the mark in its profile. */
async function run({ store }: MemoryStore, sessionsDir?: string, changed: Partial<Policy> = {}) {
  const parts = await setUp(
    { ...policy, ...changed },
    { store, ...(sessionsDir === undefined ? {} : { sessionsDir }) },
  );
  const { clock, session } = parts;
  const ending = new Promise<unknown>((resolve) => session.on('ended', resolve));
  await session.start();
  const profile = join(parts.sessionsDir, 'main', 'profile');
  const marker = join(profile, 'Default', 'File System', 'marker');
  return {
    ...parts,
    ending,
    profile,
    mark: async (text: string) => {
      await mkdir(dirname(marker), { recursive: true });
      await writeFile(marker, text);
    },
    marked: () => readFile(marker, 'utf8'),
    record: async () => JSON.parse(await readFile(join(parts.sessionsDir, 'main', 'session.json'), 'utf8')),
    /** Advances the clock to each of the next `count` saves, and waits for that save. */
    saves: async (count: number) => {
      for (let at = 0; at < count; at += 1) {
        const saved = new Promise<void>((resolve) => session.on('saved', () => resolve()));
        await clock.wind(policy.saveEvery);
        await saved;
      }
    },
  };
}

/** A session that was linked, saved, started once more, and saved again: its second backup is proved. */
async function linkedAndResumed() {
  const kept = memoryStore();
  const first = await run(kept);
  await cp(await makeProfile(), first.profile, { recursive: true });
  first.browser.show(qr('one'), { type: 'linking' }, ready);
  await first.saves(1);
  await first.session.stop();
  const second = await run(kept, first.sessionsDir);
  second.browser.show(ready);
  await second.saves(1);
  await second.session.stop();
  return { kept, first, second };
}
