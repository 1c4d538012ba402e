import { cp, lstat, mkdir, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import { makeProfile } from '@wakey/chromium/testing';
import { type Files, realFiles, thisPlatform } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { open } from './testing/place.js';
import type { Workspace } from './workspace.js';

const statfs = (async () => ({
  type: 0x01021994,
  bsize: 1024 ** 2,
  bavail: 1024,
  blocks: 1024,
})) as unknown as Files['statfs'];

/** A file system in which a directory counts as memory-backed. */
const files: Files = { ...realFiles, statfs };

/** The same file system, but `path` and all below it belong to another user. */
function ofAnother(path: string): Files {
  const lstat = async (wanted: string) => {
    const found = await realFiles.lstat(wanted);
    if (wanted.startsWith(path)) found.uid += 1;
    return found;
  };
  return { ...files, lstat: lstat as unknown as Files['lstat'] };
}

async function fill(workspace: Workspace): Promise<void> {
  await cp(await makeProfile(), workspace.profileDir, { recursive: true });
  await workspace.update({ linkedAt: 1 });
}

const isIntact = async (profileDir: string) => (await chromiumProfile.inspect(profileDir)).is === 'intact';
const places = () => ({ sessionsDir: temporaryDirectory(), memoryDir: temporaryDirectory() });

/** The paths of all IndexedDB directories, at any depth. */
async function loginsBelow(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('IndexedDB'));
}

describe('a live profile in memory', () => {
  it('is erased only in a directory that Wakey created for it, even if a record names another directory', async () => {
    const { sessionsDir, memoryDir } = places();
    const workspace = await open({ sessionsDir });
    const precious = join(memoryDir, 'documents', 'main');
    await mkdir(join(precious, 'profile'), { recursive: true });
    await writeFile(join(precious, 'profile', 'letter'), 'precious');
    await workspace.update({ liveDir: precious, erasingSince: 1 });
    await workspace.release();
    const next = await open({ sessionsDir });
    expect(next.findings).toContainEqual(expect.objectContaining({ kind: 'erasure-finished' }));
    await next.release();
    expect(await readdir(join(precious, 'profile'))).toEqual(['letter']);
  });

  it('stays for the next start if there is no store for a backup', async () => {
    const { sessionsDir, memoryDir } = places();
    const workspace = await open({ sessionsDir, memoryDir, files });
    await workspace.useUnder(undefined);
    await fill(workspace);
    await workspace.release();
    const next = await open({ sessionsDir, memoryDir, files });
    expect(await isIntact(next.profileDir)).toBe(true);
    await next.release();
  });

  it('stays if the disk refused to record the link', async () => {
    const { sessionsDir, memoryDir } = places();
    let isFull = false;
    const full = async (...given: Parameters<Files['open']>) => {
      if (isFull) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      return realFiles.open(...given);
    };
    const workspace = await open({ sessionsDir, memoryDir, files: { ...files, open: full } });
    await workspace.useUnder(1);
    await cp(await makeProfile(), workspace.profileDir, { recursive: true });
    isFull = true;
    await expect(workspace.update({ linkedAt: 1 })).rejects.toMatchObject({ code: 'sessions-dir-unusable' });
    await workspace.release();
    expect(await loginsBelow(memoryDir)).toHaveLength(1);
    const next = await open({ sessionsDir, memoryDir, files });
    expect(await isIntact(next.profileDir)).toBe(true);
    await next.release();
  });

  it('is erased together with the quarantined profiles on the disk when the login is erased', async () => {
    const { sessionsDir, memoryDir } = places();
    const before = await open({ sessionsDir });
    await before.useUnder(1);
    await fill(before);
    await before.quarantineProfile('will-not-load');
    await before.release();
    const workspace = await open({ sessionsDir, memoryDir, files });
    await (await workspace.eraseCredentials()).deletion;
    await workspace.release();
    expect(await loginsBelow(sessionsDir)).toEqual([]);
  });
});

describe('the former profile in memory, after the live profile went back to the disk', () => {
  it('is erased together with the login, also by a later holder', async () => {
    const { sessionsDir, memoryDir } = places();
    const platform = { ...thisPlatform, memoryDir };
    await usedOnce(sessionsDir, memoryDir);
    const moving = await open({ sessionsDir, platform });
    await moving.useUnder(2);
    // There is no backup, so the original in memory stays.
    await moving.release();
    expect(await loginsBelow(memoryDir)).toHaveLength(1);
    const later = await open({ sessionsDir, platform });
    expect(await isIntact(later.profileDir)).toBe(true);
    await (await later.eraseCredentials()).deletion;
    await later.release();
    expect(await loginsBelow(memoryDir)).toEqual([]);
  });
});

describe('the directory for live profiles in memory', () => {
  it.runIf(thisPlatform.uid !== undefined)('is not used if another user created it first', async () => {
    const { sessionsDir, memoryDir } = places();
    const theirs = join(memoryDir, `wakey-${thisPlatform.uid}`);
    await mkdir(theirs);
    const workspace = await open({ sessionsDir, memoryDir, files: ofAnother(theirs) });
    expect(workspace.isInMemory).toBe(false);
    expect(workspace.findings).toContainEqual(expect.objectContaining({ kind: 'memory-unfit', path: memoryDir }));
    expect(await readdir(theirs)).toEqual([]);
    await workspace.release();
  });

  it('is optional: if it cannot be created, the profile is on the disk', async () => {
    const { sessionsDir, memoryDir } = places();
    const forbid = async (path: string, options: { readonly mode: number }) => {
      if (path.startsWith(memoryDir)) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      return realFiles.mkdir(path, options);
    };
    const workspace = await open({
      ...{ sessionsDir, memoryDir },
      files: { ...files, mkdir: forbid as unknown as Files['mkdir'] },
    });
    expect(workspace.isInMemory).toBe(false);
    expect(workspace.findings.map(({ kind }) => kind)).toContain('memory-unfit');
    await workspace.release();
  });

  it.runIf(thisPlatform.uid !== undefined)('is not trusted if another user has put a profile there', async () => {
    const { sessionsDir, memoryDir } = places();
    const { liveDir } = await usedOnce(sessionsDir, memoryDir);
    // After a restart of the machine the directory is gone, and any user may create one with that name.
    const foreign = await open({ sessionsDir, files: ofAnother(dirname(liveDir)) });
    expect(foreign.isInMemory).toBe(false);
    expect(await isIntact(foreign.profileDir)).toBe(false);
    await foreign.release();
  });

  it('is not followed if it is a link', async () => {
    const { sessionsDir, memoryDir } = places();
    const { liveDir, workspaceDir } = await usedOnce(sessionsDir, memoryDir);
    const elsewhere = temporaryDirectory();
    await rename(liveDir, join(elsewhere, 'session'));
    await symlink(join(elsewhere, 'session'), liveDir);
    const linked = await open({ sessionsDir });
    expect(await isIntact(linked.profileDir)).toBe(false);
    await linked.release();

    // An interrupted erasure does not follow the link either.
    const record = join(workspaceDir, 'session.json');
    const text = JSON.stringify({ ...linked.record(), liveDir, erasingSince: 1 });
    await writeFile(record, text);
    await (await open({ sessionsDir })).release();
    expect((await lstat(liveDir)).isSymbolicLink()).toBe(true);
    expect((await stat(join(liveDir, 'profile'))).isDirectory()).toBe(true);
    expect(await isIntact(join(liveDir, 'profile'))).toBe(true);
  });
});

/** A session that left a sound live profile in memory. */
async function usedOnce(sessionsDir: string, memoryDir: string) {
  const workspace = await open({ sessionsDir, memoryDir, files });
  await workspace.useUnder(1);
  await fill(workspace);
  const liveDir = dirname(workspace.profileDir);
  await workspace.release();
  return { liveDir, workspaceDir: workspace.directory };
}
