import { symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileFile } from '@wakey/core';
import { expect, it } from 'vitest';
import { listProfile } from './list-profile.js';
import { all, makeDirectory, makeProfile } from './testing/profile.js';

it('lists the files that belong in a backup in the order of their paths, without caches, locks and LOG files of LevelDB', async () => {
  const paths = (await filesOf(await makeProfile())).map(({ path }) => path);
  expect(paths).toEqual([...paths].sort());
  expect(paths).toContain('Default/IndexedDB/https_site_0.indexeddb.leveldb/CURRENT');
  expect(paths).toContain('Default/IndexedDB/https_site_0.indexeddb.blob/1/00/1');
  expect(paths).toContain('Default/Cookies');
  expect(paths).toContain('Local State');
  expect(paths.filter((path) => /LOCK|LOG|Cache\/|Preferences/.test(path))).toEqual([]);
});

it('returns the bytes of each file, as many as its size says', async () => {
  const files = await filesOf(await makeProfile());
  const state = files.find(({ path }) => path === 'Local State');
  expect(state?.size).toBe(3);
  expect(Buffer.concat(await contentOf(state)).toString()).toBe('{}\n');
});

it('reads into the buffer of the caller', async () => {
  const files = await filesOf(await makeProfile());
  const state = files.find(({ path }) => path === 'Local State');
  const buffer = new Uint8Array(64);
  for await (const chunk of state?.open(buffer) ?? []) expect(chunk.buffer).toBe(buffer.buffer);
  expect(Buffer.from(buffer).toString('latin1', 0, 3)).toBe('{}\n');
});

it('lists no files of an empty profile', async () => {
  expect(await filesOf(await makeDirectory())).toEqual([]);
});

it('rejects a symbolic link among the files of a backup, instead of leaving it out or following it', async () => {
  const profile = await makeProfile();
  await symlink('/etc/passwd', join(profile, 'Default/IndexedDB/linked'));
  await expect(filesOf(profile)).rejects.toMatchObject({ code: 'session-unreadable' });
});

it('skips a symbolic link among the files that a backup leaves out', async () => {
  const profile = await makeProfile();
  await symlink('somebody-17', join(profile, 'SingletonLock'));
  expect((await filesOf(profile)).map(({ path }) => path)).not.toContain('SingletonLock');
});

it('rejects a file that became shorter after it was listed', async () => {
  const profile = await makeProfile();
  const cookies = (await filesOf(profile)).find(({ path }) => path === 'Default/Cookies');
  await truncate(join(profile, 'Default/Cookies'), 10);
  await expect(contentOf(cookies)).rejects.toMatchObject({ code: 'session-unreadable' });
});

it('stops on abort', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(all(listProfile(await makeProfile(), { signal }))).rejects.toMatchObject({
    code: 'aborted',
  });
});

function filesOf(profile: string) {
  return all(listProfile(profile));
}

function contentOf(file: ProfileFile | undefined) {
  if (file === undefined) throw new Error('The file is not in the list.');
  return all(file.open());
}
