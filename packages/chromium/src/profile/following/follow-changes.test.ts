import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileClock, ProfileStep } from '@wakey/core';
import { systemClock } from '@wakey/host';
import { expect, it } from 'vitest';
import { inspectProfile } from '../inspect-profile.js';
import { apply, contentsOf, ends, follow, followed, stepsSince } from '../testing/followed.js';
import { openLevel, pageDatabase, writeRound } from '../testing/profile.js';
import { openFollowing } from './follow-profile.js';

const values = 'Default/IndexedDB/https_site_0.indexeddb.blob/1/00';
const cookies = 'Default/Cookies';

it('tells a new manifest before CURRENT names it, and removes the former one after that', async () => {
  const { profile, copy, state } = await followed();
  const former = await manifestOf(profile);
  for (const round of [40, 41]) {
    const level = await openLevel(join(profile, pageDatabase));
    await writeRound(level, round);
    await level.close();
  }
  const next = await manifestOf(profile);
  expect(next).not.toBe(former);
  const steps = await stepsSince(profile, state);
  const at = (type: ProfileStep['type'], name: string) =>
    steps.findLastIndex((step) => step.type === type && 'path' in step && step.path === `${pageDatabase}/${name}`);
  const order = [at('create', next), at('write', next), at('create', 'CURRENT'), at('remove', former)];
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(order[0]).toBeGreaterThanOrEqual(0);
  const after = await follow(profile, copy, state);
  expect(await readFile(join(copy, pageDatabase, 'CURRENT'), 'utf8')).toBe(`${next}\n`);
  expect(await inspectProfile(copy)).toEqual({ is: 'intact' });
  expect(await contentsOf(copy)).toEqual(await contentsOf(profile));
  expect(await ends(copy)).toEqual([41, 41]);
  expect(await stepsSince(profile, JSON.parse(JSON.stringify(after)))).toEqual([]);
});

it('needs a new backup if the new manifest names nothing that the state knows', async () => {
  const { profile, state } = await followed();
  const directory = join(profile, pageDatabase);
  await rm(directory, { recursive: true });
  // Each opening begins another manifest, so that its number is greater than that of the known one.
  for (let times = 0; times < 40; times += 1) await (await openLevel(directory)).close();
  const level = await openLevel(directory);
  await writeRound(level, 99);
  await level.close();
  expect(await stepsSince(profile, state)).toEqual([
    { type: 'began-again', why: expect.stringContaining('shares nothing with') },
  ]);
});

it('is behind if the disk lost the end of a log that the state knows', async () => {
  const { profile } = await followed();
  const level = await openLevel(join(profile, pageDatabase));
  await writeRound(level, 40);
  const state = await openFollowing().stateOf(profile);
  await level.close();
  const log = (await readdir(join(profile, pageDatabase))).findLast((name) => name.endsWith('.log')) ?? '';
  const path = join(profile, pageDatabase, log);
  const bytes = await readFile(path);
  for (const lost of [1, bytes.length]) {
    await writeFile(path, bytes.subarray(0, bytes.length - lost));
    const why = expect.stringContaining(`${log} lost its end`);
    expect(await stepsSince(profile, state)).toEqual([{ type: 'began-again', why, isBehind: true }]);
  }
});

it('tells more than 64 new tables and long values in groups of at most 64, before the log that names them', async () => {
  const { profile, copy, state } = await followed();
  const paths = Array.from({ length: 150 }, (_, index) => `${values}/${(index + 2).toString(16)}`);
  for (const path of paths) await writeFile(join(profile, path), `the value of ${path}`);
  const level = await openLevel(join(profile, pageDatabase));
  await writeRound(level, 40);
  await level.close();
  const groups: string[][] = [[]];
  for (const step of await stepsSince(profile, state)) {
    if (step.type === 'commit') groups.push([]);
    if (step.type === 'create') groups.at(-1)?.push(step.path);
  }
  expect(groups.slice(0, 2).map((group) => group.length)).toEqual([64, 64]);
  expect(groups.slice(0, 2).flat()).not.toContainEqual(expect.stringMatching(/\.log$|MANIFEST/));
  expect(groups.slice(0, 3).flat()).toEqual(expect.arrayContaining(paths));
  expect(groups[2]).toContainEqual(expect.stringMatching(/\.log$/));
  await follow(profile, copy, state, async () => {
    expect(await inspectProfile(copy)).toEqual({ is: 'intact' });
  });
  expect(await contentsOf(copy)).toEqual(await contentsOf(profile));
  expect(await ends(copy)).toEqual([40, 40]);
});

it('reads a file and its journal again if one of them changes during the reading, and reports their last content', async () => {
  const { profile, copy, state } = await followed();
  await writeFile(join(profile, cookies), Buffer.alloc(700_000, 1));
  let created = 0;
  for await (const step of openFollowing().changes(profile, state, { clock: systemClock })) {
    await apply(copy, step);
    if (step.type === 'create' && step.path === cookies) created += 1;
    if (step.type !== 'write' || step.path !== cookies || created > 1) continue;
    // The file is being read, so the bytes that were told already are of another moment.
    await writeFile(join(profile, cookies), Buffer.alloc(900_000, 2));
    await writeFile(join(profile, `${cookies}-journal`), 'the journal');
  }
  expect(created).toBeGreaterThan(1);
  expect(await readFile(join(copy, cookies))).toEqual(Buffer.alloc(900_000, 2));
  expect(await readFile(join(copy, `${cookies}-journal`), 'utf8')).toBe('the journal');
});

it('rejects with timeout if a file changes during each reading, and commits none of them', async () => {
  const { profile, state } = await followed();
  await mkdir(join(profile, 'Default'), { recursive: true });
  await writeFile(join(profile, cookies), 'the first');
  let changes = 0;
  let commits = 0;
  const reading = async () => {
    for await (const step of openFollowing().changes(profile, state, { clock: hastyClock(), timeout: 200 })) {
      if (step.type === 'commit') commits += 1;
      if (step.type !== 'create' || step.path !== cookies) continue;
      changes += 1;
      await writeFile(join(profile, cookies), `change ${changes}`);
    }
  };
  await expect(reading()).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining(cookies) });
  expect(changes).toBeGreaterThan(2);
  expect(commits).toBe(0);
});

async function manifestOf(profile: string): Promise<string> {
  const names = await readdir(join(profile, pageDatabase));
  const current = (await readFile(join(profile, pageDatabase, 'CURRENT'), 'utf8')).trim();
  expect(names).toContain(current);
  return current;
}

/** A clock on which time passes only while somebody waits for it. */
function hastyClock(): ProfileClock {
  let now = systemClock.now();
  return {
    now: () => now,
    set(ms, run) {
      now += ms;
      const job = setImmediate(run);
      return () => clearImmediate(job);
    },
  };
}
