import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspectProfile } from './inspect-profile.js';
import { listProfile } from './list-profile.js';
import { all, makeDirectory, makeProfile, openLevel, pageDatabase } from './testing/profile.js';
import { trimLogs } from './trim-logs.js';

it('does not change a profile whose logs end with a complete record', async () => {
  const profile = await makeProfile();
  const before = await contentsOf(profile);
  expect(await trimLogs(profile)).toEqual([]);
  expect(await contentsOf(profile)).toEqual(before);
});

it('removes an unfinished record, and nothing that LevelDB would read', async () => {
  const profile = await makeProfile();
  const log = await pathOfLog(profile);
  const whole = await readFile(log);
  await writeFile(log, Buffer.concat([whole, Buffer.from('0102030440000141', 'hex')]));
  expect(await trimLogs(profile)).toHaveLength(1);
  expect(await readFile(log)).toEqual(whole);
});

it('trims a log that is cut off anywhere, so that LevelDB can read the records that it appends later', async () => {
  const profile = await makeProfile();
  const log = await pathOfLog(profile);
  for (let size = (await readFile(log)).length - 1; size > 0; size -= 2_503) {
    await truncate(log, size);
    await trimLogs(profile);
    const trimmed = (await readFile(log)).length;
    expect(trimmed).toBeLessThanOrEqual(size);
    expect(await trimLogs(profile)).toEqual([]);
    expect(await inspectProfile(profile)).toEqual({ is: 'intact' });
  }
  const level = await openLevel(join(profile, pageDatabase));
  expect(await level.get('a-first')).toBe('38');
  await level.close();
});

it('does not change a log that is damaged already, so that an inspection finds the damage', async () => {
  const profile = await makeProfile();
  const log = await pathOfLog(profile);
  const bytes = await readFile(log);
  bytes[20] = (bytes[20] ?? 0) ^ 4;
  await writeFile(log, bytes);
  expect(await trimLogs(profile)).toEqual([]);
  expect(await readFile(log)).toEqual(bytes);
});

it('does not change a database that a process has open', async () => {
  const profile = await makeProfile();
  const level = await openLevel(join(profile, pageDatabase));
  const log = await pathOfLog(profile);
  const written = Buffer.concat([await readFile(log), Buffer.from('0102030440000141', 'hex')]);
  await writeFile(log, written);
  expect(await trimLogs(profile)).toEqual([]);
  expect(await readFile(log)).toEqual(written);
  await level.close();
});

it('does nothing without a profile', async () => {
  expect(await trimLogs(join(await makeDirectory(), 'absent'))).toEqual([]);
});

async function pathOfLog(profile: string): Promise<string> {
  const names = await readdir(join(profile, pageDatabase));
  return join(profile, pageDatabase, names.find((name) => name.endsWith('.log')) ?? 'none');
}

async function contentsOf(profile: string): Promise<readonly string[]> {
  const files = await all(listProfile(profile));
  return Promise.all(files.map(async ({ open }) => Buffer.concat(await all(open())).toString('hex')));
}
