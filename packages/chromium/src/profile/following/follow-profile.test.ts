import { appendFile, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@wakey/host';
import { expect, it } from 'vitest';
import { inspectProfile } from '../inspect-profile.js';
import { contentsOf, ends, follow, followed, stepsSince } from '../testing/followed.js';
import { makeDirectory, makeProfile, openLevel, pageDatabase, writeRound } from '../testing/profile.js';
import { openFollowing } from './follow-profile.js';

const following = openFollowing();

it('finds no change between a profile and a copy of it, also by a state that was stored as JSON', async () => {
  const { profile, state } = await followed();
  expect(await stepsSince(profile, state)).toEqual([]);
  expect(await stepsSince(profile, JSON.parse(JSON.stringify(state)))).toEqual([]);
});

it('brings a copy to the state of the profile, byte for byte', async () => {
  const { profile, copy, state } = await followed();
  const level = await openLevel(join(profile, pageDatabase));
  for (let round = 40; round < 90; round += 1) await writeRound(level, round);
  await level.close();
  await writeFile(join(profile, 'Default/Cookies-journal'), 'a journal');
  await writeFile(join(profile, 'Local State'), JSON.stringify({ os_crypt: { key: 'k' }, other: 1 }));
  const shelf = join(profile, 'Default/IndexedDB/https_site_0.indexeddb.blob/1/00');
  await writeFile(join(shelf, '2'), Buffer.alloc(3_000_000, 7));
  await rm(join(shelf, '1'));
  const after = await follow(profile, copy, state);
  expect(after.commits).toBeGreaterThan(state.commits);
  expect(await inspectProfile(copy)).toEqual({ is: 'intact' });
  expect(await contentsOf(copy)).toEqual(await contentsOf(profile));
  expect(await stepsSince(profile, after)).toEqual([]);
});

it('after each group, a copy holds all rounds up to one, while LevelDB writes, rotates logs and compacts', async () => {
  const { profile, copy, state } = await followed();
  const level = await openLevel(join(profile, pageDatabase), 256 * 1024);
  let round = 40;
  let isOver = false;
  const writing = (async () => {
    for (; !isOver; round += 1) await writeRound(level, round);
  })();
  let now = state;
  for (let turn = 0; turn < 20; turn += 1) {
    const written = round - 1;
    now = await follow(profile, copy, now, async () => {
      expect(await inspectProfile(copy)).toEqual({ is: 'intact' });
    });
    expect(await ends(copy)).toSatisfy(([first, last]) => first === last && first >= written);
  }
  isOver = true;
  await writing;
  await level.close();
  await follow(profile, copy, now);
  expect(await ends(copy)).toEqual([round - 1, round - 1]);
});

it('tells whole records only, and cuts the unfinished record that a copy has', async () => {
  const profile = await makeProfile();
  const [log = ''] = (await readdir(join(profile, pageDatabase))).filter((name) => name.endsWith('.log'));
  const path = join(profile, pageDatabase, log);
  const { length } = await readFile(path);
  await appendFile(path, Buffer.from('010203044000014142434445464748494a', 'hex'));
  const copy = await makeDirectory();
  await cp(profile, copy, { recursive: true });
  const state = await following.stateOf(copy);
  await truncate(path, length);
  await follow(profile, copy, state);
  expect(await contentsOf(copy)).toEqual(await contentsOf(profile));
});

it.each([/\.log$/, /^MANIFEST-/])('tells nothing of an unfinished record in %s that the copy has too', async (name) => {
  const profile = await makeProfile();
  const torn = (await readdir(join(profile, pageDatabase))).find((each) => name.test(each)) ?? '';
  await appendFile(join(profile, pageDatabase, torn), Buffer.from('010203044000014142434445464748494a', 'hex'));
  const copy = await makeDirectory();
  await cp(profile, copy, { recursive: true });
  const recorded = JSON.parse(JSON.stringify(await openFollowing().stateOf(copy)));
  expect(await stepsSince(profile, recorded)).toEqual([]);
  const own = await following.stateOf(profile);
  expect(await stepsSince(profile, own)).toEqual([]);
});

it('adds a database that appears', async () => {
  const { profile, copy, state } = await followed();
  const other = 'Default/IndexedDB/https_other_0.indexeddb.leveldb';
  const level = await openLevel(join(profile, other));
  await writeRound(level, 1);
  await level.close();
  await follow(profile, copy, state);
  expect(await ends(copy, other)).toEqual([1, 1]);
});

it.each(['created again', 'gone', 'shorter'])('needs a new backup if a database is %s', async (what) => {
  const { profile, state } = await followed();
  const directory = join(profile, pageDatabase);
  const [log = ''] = (await readdir(directory)).filter((name) => name.endsWith('.log'));
  if (what === 'shorter') await truncate(join(directory, log), 0);
  else await rm(directory, { recursive: true });
  if (what === 'created again') {
    const level = await openLevel(directory);
    await writeRound(level, 99);
    await level.close();
  }
  const steps = await stepsSince(profile, state);
  const behind = what === 'shorter' ? { isBehind: true } : {};
  expect(steps).toEqual([{ type: 'began-again', why: expect.stringContaining(pageDatabase), ...behind }]);
});

it('calls back after a change, also in a directory that replaced another', async () => {
  const profile = await makeProfile();
  let calls = 0;
  let wake = (): void => undefined;
  const end = following.watch(
    profile,
    () => {
      calls += 1;
      wake();
    },
    { clock: systemClock },
  );
  const next = async (change: () => Promise<unknown>) => {
    const before = calls;
    const called = new Promise<void>((resolve) => {
      wake = () => (calls > before ? resolve() : undefined);
    });
    await change();
    await called;
  };
  await next(async () => undefined);
  const directory = join(profile, pageDatabase);
  await next(() => appendFile(join(directory, '000999.log'), 'x'));
  await next(() => rm(directory, { recursive: true }));
  await next(() => mkdir(directory));
  await next(() => writeFile(join(directory, '000001.log'), 'x'));
  end();
  expect(calls).toBeGreaterThanOrEqual(5);
});
