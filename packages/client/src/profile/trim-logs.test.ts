import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspectProfile } from './inspect-profile.js';
import { listProfile } from './list-profile.js';
import { all, makeDirectory, makeProfile, openLevel, pageDatabase } from './testing/profile.js';
import { trimLogs } from './trim-logs.js';

it('changes nothing of a profile whose logs end with a whole record', async () => {
  const profile = await makeProfile();
  const before = await contentsOf(profile);
  expect(await trimLogs(profile)).toEqual([]);
  expect(await contentsOf(profile)).toEqual(before);
});

it('takes an unfinished record away, and nothing that LevelDB would read', async () => {
  const profile = await makeProfile();
  const log = await pathOfLog(profile);
  const whole = await readFile(log);
  await writeFile(log, Buffer.concat([whole, Buffer.from('0102030440000141', 'hex')]));
  expect(await trimLogs(profile)).toHaveLength(1);
  expect(await readFile(log)).toEqual(whole);
});

it('leaves a log that ends anywhere in such a way that what is written behind it can be read', async () => {
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

it('leaves a log that is damaged already to whoever inspects it', async () => {
  const profile = await makeProfile();
  const log = await pathOfLog(profile);
  const bytes = await readFile(log);
  bytes[20] = (bytes[20] ?? 0) ^ 4;
  await writeFile(log, bytes);
  expect(await trimLogs(profile)).toEqual([]);
  expect(await readFile(log)).toEqual(bytes);
});

it('leaves a database alone that somebody has open', async () => {
  const profile = await makeProfile();
  const level = await openLevel(join(profile, pageDatabase));
  const log = await pathOfLog(profile);
  const written = Buffer.concat([await readFile(log), Buffer.from('0102030440000141', 'hex')]);
  await writeFile(log, written);
  expect(await trimLogs(profile)).toEqual([]);
  expect(await readFile(log)).toEqual(written);
  await level.close();
});

it('has nothing to do where there is no profile', async () => {
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
