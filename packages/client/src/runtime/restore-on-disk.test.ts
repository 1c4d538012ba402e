import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packBundle } from '@wakey/bundle';
import { manifest } from '@wakey/bundle/testing';
import { chromiumProfile } from '@wakey/chromium';
import { makeProfile } from '@wakey/chromium/testing';
import { defaultPolicy, type RecoveryCause } from '@wakey/core';
import { type Files, realFiles } from '@wakey/host';
import { canMount, fakeBrowser, mountedDisk, temporaryDirectory, woundClock } from '@wakey/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { memoryStore } from '../transfer/testing/memory-store.js';
import { open } from '../workspace/testing/place.js';
import type { SessionParts } from './parts.js';
import { restoreBackup } from './restore-backup.js';

/** A session whose live profile is in memory, with a backup of 8 MB. `setRoom` sets the megabytes that the memory claims to have. */
async function inMemory(memoryDir: string) {
  let room = 1024;
  const statfs = async () => ({ type: 0x01021994, bsize: 1024 ** 2, bavail: room, blocks: 1024 });
  const files = { ...realFiles, statfs: statfs as unknown as Files['statfs'] };
  const sessionsDir = temporaryDirectory();
  const reopen = () => open({ sessionsDir, memoryDir, files });
  const kept = memoryStore({ isEncrypted: true });
  const profile = await makeProfile();
  const blob = join(profile, 'Default/IndexedDB/https_site_0.indexeddb.blob/1/00/2');
  await writeFile(blob, Buffer.alloc(8 * 1024 ** 2));
  await kept.store.write('main', packBundle(manifest, chromiumProfile.list(profile)), { fence: 1, metadata: {} });

  const workspace = await reopen();
  await workspace.useUnder(1);
  return {
    workspace,
    reopen,
    sessionsDir,
    setRoom: (megabytes: number) => {
      room = megabytes;
    },
    restored: (why: RecoveryCause) => restoredBy(workspace, kept.store, sessionsDir, why),
  };
}

/** The event and the log lines of one restore. */
async function restoredBy(
  workspace: Awaited<ReturnType<typeof open>>,
  store: SessionParts['store'],
  sessionsDir: string,
  why: RecoveryCause,
) {
  const { driver, adapter } = fakeBrowser(chromiumProfile);
  const lines: unknown[] = [];
  const parts: SessionParts = {
    ...{ id: 'main', sessionsDir, memoryDir: undefined, program: 'test', driver, isEphemeral: false, page: adapter },
    keepAfterLogout: 0,
    ...{ store, policy: defaultPolicy, clock: woundClock(), warn: () => undefined },
    log: (level, message, fields) => lines.push({ level, message, ...fields }),
  };
  const signal = new AbortController().signal;
  const taken = { workspace, lease: undefined };
  const event = await restoreBackup({
    parts,
    ...taken,
    why,
    rung: undefined,
    onRung: () => undefined,
    onRestored: () => undefined,
    signal,
  });
  return { event, lines };
}

const isIntact = async (profile: string) => (await chromiumProfile.inspect(profile)).is === 'intact';

it.runIf(canMount())('restores a backup to the disk when the backup fills the memory', async () => {
  const memory = mountedDisk(4);
  onTestFinished(memory.remove);
  const { workspace, reopen, restored, sessionsDir } = await inMemory(memory.path);
  expect(workspace.isInMemory).toBe(true);
  const { event, lines } = await restored('profile-missing');
  expect(event).toMatchObject({ type: 'restored', generation: 1 });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', why: expect.stringContaining('is full') }));
  expect(workspace.isInMemory).toBe(false);
  expect(workspace.profileDir).toBe(join(sessionsDir, 'main/profile'));
  expect(await isIntact(workspace.profileDir)).toBe(true);
  await workspace.release();
  const next = await reopen();
  expect(await isIntact(next.profileDir)).toBe(true);
  await next.release();
});

it('restores a backup to the disk when memory holds it but has no room for its growth', async () => {
  const { workspace, restored, setRoom } = await inMemory(temporaryDirectory());
  setRoom(300);
  const { event, lines } = await restored('profile-missing');
  expect(event).toMatchObject({ type: 'restored', generation: 1 });
  expect(lines).toContainEqual(expect.objectContaining({ why: expect.stringMatching(/has room for \d+ MB/) }));
  expect(workspace.isInMemory).toBe(false);
  expect(await isIntact(workspace.profileDir)).toBe(true);
  await workspace.release();
});

it('moves the former profile to quarantine on the disk when a restore moves the live profile from memory to the disk', async () => {
  const memoryDir = temporaryDirectory();
  const { workspace, restored, setRoom, sessionsDir } = await inMemory(memoryDir);
  await cp(await makeProfile(), workspace.profileDir, { recursive: true });
  await mkdir(join(workspace.profileDir, 'Default/Local Storage'), { recursive: true });
  await workspace.update({ linkedAt: 1 });
  setRoom(300);
  const { event } = await restored('credentials-lost');
  expect(event).toMatchObject({ type: 'restored', quarantine: expect.stringContaining(sessionsDir) });
  const [name = ''] = await readdir(join(sessionsDir, 'main/quarantine'));
  expect(await isIntact(join(sessionsDir, 'main/quarantine', name))).toBe(true);
  // The profile in memory stays until a backup is saved. Then it is erased.
  const left = async () => (await readdir(memoryDir, { recursive: true })).filter((path) => path.endsWith('.ldb'));
  expect(await left()).not.toEqual([]);
  await workspace.confirmKept();
  expect(await left()).toEqual([]);
  await workspace.release();
});
