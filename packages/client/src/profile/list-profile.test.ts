import { symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BundleFile } from '../bundle/bundle-file.js';
import { listProfile } from './list-profile.js';
import { all, makeDirectory, makeProfile } from './testing/profile.js';

it('lists what is kept in the order of paths, without caches, locks and diaries', async () => {
  const paths = (await filesOf(await makeProfile())).map(({ path }) => path);
  expect(paths).toEqual([...paths].sort());
  expect(paths).toContain('Default/IndexedDB/https_site_0.indexeddb.leveldb/CURRENT');
  expect(paths).toContain('Default/IndexedDB/https_site_0.indexeddb.blob/1/00/1');
  expect(paths).toContain('Default/Cookies');
  expect(paths).toContain('Local State');
  expect(paths.filter((path) => /LOCK|LOG|Cache\/|Preferences/.test(path))).toEqual([]);
});

it('gives the bytes of each file, as many as it says', async () => {
  const files = await filesOf(await makeProfile());
  const state = files.find(({ path }) => path === 'Local State');
  expect(state?.size).toBe(3);
  expect(Buffer.concat(await contentOf(state)).toString()).toBe('{}\n');
});

it('reads into the memory it is given', async () => {
  const files = await filesOf(await makeProfile());
  const state = files.find(({ path }) => path === 'Local State');
  const buffer = new Uint8Array(64);
  for await (const chunk of state?.open(buffer) ?? []) expect(chunk.buffer).toBe(buffer.buffer);
  expect(Buffer.from(buffer).toString('latin1', 0, 3)).toBe('{}\n');
});

it('lists nothing of an empty profile', async () => {
  expect(await filesOf(await makeDirectory())).toEqual([]);
});

it('rejects rather than leave out a link where something is kept, or follow it', async () => {
  const profile = await makeProfile();
  await symlink('/etc/passwd', join(profile, 'Default/IndexedDB/linked'));
  await expect(filesOf(profile)).rejects.toMatchObject({ code: 'session-unreadable' });
});

it('passes over a link where nothing is kept', async () => {
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

it('stops when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(all(listProfile(await makeProfile(), { signal }))).rejects.toMatchObject({
    code: 'aborted',
  });
});

function filesOf(profile: string) {
  return all(listProfile(profile));
}

function contentOf(file: BundleFile | undefined) {
  if (file === undefined) throw new Error('The file is not in the list.');
  return all(file.open());
}
