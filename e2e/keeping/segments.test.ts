import { cp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { readSegment } from '@wakey/bundle';
import type { Session, SessionEvents } from '@wakey/client';
import { filesystemStore } from '@wakey/store-filesystem';
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { linkSession, type Rig, startRig } from '../support/rig.ts';

describe('a session whose store keeps segments', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const bundles = () => join(rig.sessionsDir, 'main', 'bundles');
  const bundlesIn = async () => (await readdir(bundles())).filter((name) => name.endsWith('.bundle'));

  /** A session that is ready and has its first backup. */
  async function saved() {
    const session = await linkSession(rig, { policy: { settle: 50 } });
    await new Promise((resolve) => session.on('saved', resolve));
    return session;
  }

  it('brings back on another machine what the page committed after the last backup', async () => {
    const session = await saved();
    await commit(session, 25);
    const folder = await makeFolder();
    await vi.waitFor(async () => {
      await rm(join(folder.path, 'main'), { recursive: true, force: true });
      await cp(bundles(), join(folder.path, 'main', 'bundles'), { recursive: true });
      expect(await bundlesIn()).toEqual(['1.bundle']);
      // More than 24 rows are there, so the last one is.
      expect(await valuesIn(folder.path)).toBeGreaterThan(24 * ROW.length);
    }, 60_000);
    await session.stop();
    const elsewhere = rig.session({
      sessionsDir: folder.path,
      store: filesystemStore({ directory: folder.path }),
    });
    const ready = nextReady(elsewhere);
    await elsewhere.start();
    expect(await ready).toMatchObject({ from: 'newest', missing: null });
    expect(await rowsIn(elsewhere)).toHaveLength(25);
    await elsewhere.stop();
    await folder.remove();
  });

  it('writes no backup at a planned stop, and has every commit when the profile is lost after it', async () => {
    const session = await saved();
    await commit(session, 25);
    await session.stop();
    expect(await bundlesIn()).toEqual(['1.bundle']);
    await rm(join(rig.sessionsDir, 'main', 'profile'), { recursive: true });
    const again = rig.session();
    const ready = nextReady(again);
    await again.start();
    expect(await ready).toMatchObject({ from: 'newest', missing: 0 });
    expect(await rowsIn(again)).toHaveLength(25);
  });

  it('restores what the disk lost of the profile, as in a power cut, and is the newest again', async () => {
    const session = await saved();
    await commit(session, 25);
    await session.stop();
    const databases = join(rig.sessionsDir, 'main', 'profile', 'Default', 'IndexedDB');
    const log = (await readdir(databases, { recursive: true })).find((name) => name.endsWith('.log')) ?? '';
    await truncate(join(databases, log), Math.floor((await stat(join(databases, log))).size / 2));
    const again = rig.session();
    const ready = nextReady(again);
    const told: unknown[] = [];
    again.on('recovery', (notice) => told.push(notice));
    await again.start();
    expect(await ready).toMatchObject({ from: 'newest', missing: 0 });
    expect(told).toContainEqual(expect.objectContaining({ step: 'restored', why: 'profile-behind', generation: 1 }));
    expect(await rowsIn(again)).toHaveLength(25);
  });

  it('goes on at the next start where the last one ended, without a new backup', async () => {
    const session = await saved();
    await commit(session, 5);
    await session.stop();
    const before = (await stat(join(bundles(), '1.segments'))).size;
    await session.start();
    await session.ready();
    await commit(session, 10);
    await vi.waitFor(async () => {
      expect((await stat(join(bundles(), '1.segments'))).size).toBeGreaterThan(before);
    }, 60_000);
    await session.stop();
    expect(await bundlesIn()).toEqual(['1.bundle']);
  });
});

function nextReady(session: Session): Promise<SessionEvents<unknown>['ready']> {
  return new Promise((resolve) => session.on('ready', resolve));
}

/** The value of each row. */
const ROW = 'x'.repeat(200);

/** How many letters of such values the segments of the backup 1 write, in a directory of backups. */
async function valuesIn(directory: string): Promise<number> {
  let letters = 0;
  for await (const { bytes } of filesystemStore({ directory }).segments?.read('main', 1) ?? []) {
    for (const step of readSegment(bytes).steps) {
      if (step.type !== 'write') continue;
      for (const [run] of Buffer.from(step.bytes)
        .toString('latin1')
        .matchAll(/x{20,}/g))
        letters += run.length;
    }
  }
  return letters;
}

/** The page commits so many rows, one transaction each. Resolves when all of them are committed. */
async function commit(session: Session<Page>, count: number): Promise<void> {
  await session.page?.evaluate(
    async (most, value) => {
      const request = indexedDB.open('rows', 1);
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        request.onupgradeneeded = () => request.result.createObjectStore('rows');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (let at = 0; at < most; at += 1) {
        const transaction = database.transaction('rows', 'readwrite');
        transaction.objectStore('rows').put(value, at);
        await new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onerror = () => reject(transaction.error);
        });
      }
      database.close();
    },
    count,
    ROW,
  );
}

/** The keys of the rows that the page has. */
async function rowsIn(session: Session<Page>): Promise<readonly number[]> {
  const rows = await session.page?.evaluate(async () => {
    const request = indexedDB.open('rows', 1);
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const keys = database.transaction('rows').objectStore('rows').getAllKeys();
    return new Promise<number[]>((resolve) => {
      keys.onsuccess = () => resolve(keys.result as number[]);
    });
  });
  return rows ?? [];
}
