import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, realFiles, thisPlatform } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { whyUnfit } from './live-room.js';
import { open } from './testing/place.js';

const MB = 1024 ** 2;

/** A memory-backed file system. Sizes in MB. */
function memory(free: number, total = free): Files {
  const found = { type: 0x01021994, bsize: MB, bavail: free, blocks: total };
  return { ...realFiles, statfs: (async () => found) as unknown as Files['statfs'] };
}

it.each([
  ['an empty profile', { profile: 0, inMemory: 0 }, memory(512), undefined],
  [
    'a large profile',
    { profile: 600 * MB, inMemory: 0 },
    memory(1400),
    'it has room for 1400 MB, and 1456 MB are needed',
  ],
  ['a large profile with room', { profile: 600 * MB, inMemory: 0 }, memory(1456), undefined],
  ['a profile that is in memory already', { profile: 600 * MB, inMemory: 600 * MB }, memory(900, 1500), undefined],
  [
    'more than the browser lets a site fill',
    { profile: 600 * MB, inMemory: 600 * MB },
    memory(900, 1400),
    'the browser lets a site fill 840 MB of it, and 856 MB are needed',
  ],
])('measures memory against the profile: %s', async (_, need, files, why) => {
  expect(await whyUnfit({ files, platform: thisPlatform }, '/dev/shm', need)).toBe(why);
});

it('leaves a profile complete on the disk, and reports a finding, if the profile is too large for the memory', async () => {
  const sessionsDir = temporaryDirectory();
  const before = await open({ sessionsDir });
  await before.update({ linkedAt: 1 });
  const large = join(before.profileDir, 'large');
  writeFileSync(large, '');
  truncateSync(large, 600 * MB);
  await before.release();
  const workspace = await open({ sessionsDir, memoryDir: temporaryDirectory(), files: memory(1000) });
  expect(workspace.isInMemory).toBe(false);
  expect(workspace.profileDir).toBe(before.profileDir);
  const why = 'it has room for 1000 MB, and 1456 MB are needed';
  expect(workspace.findings).toContainEqual(expect.objectContaining({ kind: 'memory-unfit', why }));
  await workspace.release();
});

it('records the size of a profile that it packs, because there are no files to measure afterwards', async () => {
  const given = { sessionsDir: temporaryDirectory(), memoryDir: temporaryDirectory() };
  const before = await open({ ...given, files: memory(1000) });
  await before.useUnder(1);
  await before.update({ linkedAt: 1 });
  const large = join(before.profileDir, 'large');
  writeFileSync(large, '');
  truncateSync(large, 600 * MB);
  await before.release({ isKept: true });
  const workspace = await open({ ...given, files: memory(1000) });
  expect(workspace.record()).toMatchObject({ isPacked: true, profileBytes: 600 * MB });
  expect(workspace.isInMemory).toBe(false);
  await workspace.release();
});
