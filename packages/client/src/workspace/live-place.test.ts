import { cp, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import { makeProfile } from '@wakey/chromium/testing';
import { type Files, realFiles } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { open } from './testing/place.js';
import type { Workspace } from './workspace.js';

/** A file system whose directories report this type and this much free space. */
function inMemory(megabytes = 1024, type = 0x01021994): Files {
  return {
    ...realFiles,
    statfs: (async () => ({
      type,
      bsize: 1024 ** 2,
      bavail: megabytes,
      blocks: megabytes,
    })) as unknown as Files['statfs'],
  };
}

function places() {
  const sessionsDir = temporaryDirectory();
  const memoryDir = temporaryDirectory();
  const files = inMemory();
  return {
    sessionsDir,
    memoryDir,
    onDisk: () => open({ sessionsDir }),
    inMemory: () => open({ sessionsDir, memoryDir, files }),
  };
}

async function fill(workspace: Workspace): Promise<void> {
  await cp(await makeProfile(), workspace.profileDir, { recursive: true });
  await workspace.update({ linkedAt: 1 });
}

const kindsOf = ({ findings }: Workspace) => findings.map(({ kind }) => kind);
const isIntact = async ({ profileDir }: Workspace) => (await chromiumProfile.inspect(profileDir)).is === 'intact';
const isOnDisk = async (sessionsDir: string) =>
  (await chromiumProfile.inspect(join(sessionsDir, 'main', 'profile'))).is !== 'empty';

describe('a live profile in memory', () => {
  it('is not on the disk, is private, and is erased at release if it has a backup', async () => {
    const { sessionsDir, memoryDir, inMemory } = places();
    const workspace = await inMemory();
    expect(workspace.isInMemory).toBe(true);
    expect(workspace.profileDir.startsWith(memoryDir)).toBe(true);
    expect((await stat(join(memoryDir, (await readdir(memoryDir))[0] ?? ''))).mode & 0o777).toBe(0o700);
    await workspace.useUnder(1);
    await fill(workspace);
    expect(await isOnDisk(sessionsDir)).toBe(false);
    await workspace.release({ isKept: true });
    expect(await readdir(join(memoryDir, (await readdir(memoryDir))[0] ?? ''))).toEqual([]);
    const next = await inMemory();
    expect(next.record().isPacked).toBe(true);
    await next.useUnder(2);
    expect(next.record().isPacked).toBeUndefined();
    await next.release();
  });

  it('stays for the next start if it has no backup, or if its holder died', async () => {
    const { inMemory } = places();
    const workspace = await inMemory();
    await workspace.useUnder(1);
    await fill(workspace);
    await workspace.release();
    const next = await inMemory();
    expect(await isIntact(next)).toBe(true);
    await next.release();
  });

  it('is not used if another machine has used the session since', async () => {
    const { memoryDir, inMemory, onDisk } = places();
    const here = await inMemory();
    await here.useUnder(1);
    await fill(here);
    await here.release();
    // Another machine does not see the memory of this machine.
    await rename(memoryDir, `${memoryDir}-away`);
    const elsewhere = await onDisk();
    await elsewhere.useUnder(2);
    await elsewhere.release();
    await rename(`${memoryDir}-away`, memoryDir);
    const back = await inMemory();
    expect((await chromiumProfile.inspect(back.profileDir)).is).toBe('empty');
    await back.release();
  });

  it('is found after a crash between the marker and the record', async () => {
    const { memoryDir, inMemory } = places();
    const workspace = await inMemory();
    await workspace.useUnder(1);
    await fill(workspace);
    await workspace.release();
    const [ours = ''] = await readdir(memoryDir);
    const [session = ''] = await readdir(join(memoryDir, ours));
    await writeFile(join(memoryDir, ours, session, 'fence'), '1 2\n');
    const next = await inMemory();
    expect(await isIntact(next)).toBe(true);
    await next.release();
  });

  it('stays where it is for a driver without profiles, and an erasure by that driver reaches it', async () => {
    const { sessionsDir, memoryDir, inMemory } = places();
    const before = await inMemory();
    await before.useUnder(1);
    await fill(before);
    await before.release();
    const without = await open({ sessionsDir, format: undefined });
    expect(without.profileDir).toBe(before.profileDir);
    expect(await isIntact(without)).toBe(true);
    expect(await isOnDisk(sessionsDir)).toBe(false);
    await (await without.eraseCredentials()).deletion;
    expect((await readdir(memoryDir, { recursive: true })).filter((path) => path.endsWith('.ldb'))).toEqual([]);
    await without.release();
  });

  it('is copied from the disk, where the original stays until there is a backup', async () => {
    const { sessionsDir, onDisk, inMemory } = places();
    const before = await onDisk();
    await before.useUnder(1);
    await fill(before);
    await before.release();
    const workspace = await inMemory();
    expect(kindsOf(workspace)).toContain('profile-moved');
    expect(await isIntact(workspace)).toBe(true);
    expect(await isOnDisk(sessionsDir)).toBe(true);
    await workspace.useUnder(2);
    await workspace.confirmKept();
    expect(await isOnDisk(sessionsDir)).toBe(false);
    await workspace.release();
  });

  it('goes back to the disk if the next holder wants it there, and is erased in memory once it has a backup', async () => {
    const { memoryDir, onDisk, inMemory } = places();
    const before = await inMemory();
    await before.useUnder(1);
    await fill(before);
    await before.release();
    const workspace = await onDisk();
    expect(await isIntact(workspace)).toBe(true);
    await workspace.useUnder(2);
    await workspace.confirmKept();
    await workspace.release();
    const left = await readdir(memoryDir, { recursive: true });
    expect(left.filter((name) => name.includes('IndexedDB'))).toEqual([]);
  });

  it.each([
    ['is not memory-backed', inMemory(1024, 0xef53), 'it is not memory-backed'],
    ['has too little room', inMemory(64), 'it has room for 64 MB, and 512 MB are needed'],
  ])('is on the disk if the directory %s, with a finding', async (_, files, why) => {
    const sessionsDir = temporaryDirectory();
    const workspace = await open({ sessionsDir, memoryDir: temporaryDirectory(), files });
    expect(workspace.isInMemory).toBe(false);
    expect(workspace.findings).toContainEqual(expect.objectContaining({ kind: 'memory-unfit', why }));
    await workspace.release();
  });

  it('is erased together with the login, and so is the original on the disk', async () => {
    const { sessionsDir, memoryDir, onDisk, inMemory } = places();
    const before = await onDisk();
    await before.useUnder(1);
    await fill(before);
    await before.release();
    const workspace = await inMemory();
    await (await workspace.eraseCredentials()).deletion;
    await workspace.release();
    expect(await isOnDisk(sessionsDir)).toBe(false);
    const left = await readdir(memoryDir, { recursive: true });
    expect(left.filter((name) => name.includes('IndexedDB'))).toEqual([]);
  });

  it('keeps quarantined profiles when a session that lost its login is released', async () => {
    const { inMemory } = places();
    const workspace = await inMemory();
    await workspace.useUnder(1);
    await fill(workspace);
    const aside = await workspace.quarantineProfile('credentials-lost');
    await workspace.update({ linkedAt: undefined });
    await workspace.release();
    expect((await chromiumProfile.inspect(aside)).is).toBe('intact');
  });
});
