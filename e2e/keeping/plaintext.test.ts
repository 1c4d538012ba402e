import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '@wakey/client';
import { secret } from '@wakey/core';
import { encryptedStore } from '@wakey/store-encrypted';
import { filesystemStore } from '@wakey/store-filesystem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Memory, mountMemory } from '../support/memory.ts';
import { type Rig, reach, scanWith, startRig } from '../support/rig.ts';

describe('an encrypted session', () => {
  let rig: Rig;
  let memory: Memory;
  const lines: string[] = [];
  beforeEach(async () => {
    rig = await startRig();
    memory = await mountMemory();
    lines.splice(0);
  });
  afterEach(async () => {
    await rig.close();
    await memory.unmount();
  });

  function session(): Session {
    const directory = rig.sessionsDir;
    const store = encryptedStore({
      store: filesystemStore({ directory }),
      passphrase: secret('open sesame, and quickly'),
    });
    const made = rig.session({
      store,
      liveProfile: memory.path,
      policy: { settle: 50 },
      log: (...line) => lines.push(JSON.stringify(line)),
    });
    for (const event of ['state', 'saved', 'recovery', 'warning', 'linked', 'ready', 'restarting'] as const) {
      made.on(event, (payload) => lines.push(JSON.stringify({ event, payload })));
    }
    return made;
  }

  it('writes none of its secrets in plain text: neither to the disk, nor to the log, nor into an event', async () => {
    const secrets = new Set(['open sesame, and quickly']);
    const first = session();
    first.on('qr', ({ qr }) => secrets.add(qr.reveal()));
    scanWith(rig.simulator, first);
    const kept = new Promise((resolve) => first.on('saved', resolve));
    await first.start();
    await first.ready();
    for (const one of await plantSecrets(first)) secrets.add(one);
    await kept;
    expect(secrets.size).toBeGreaterThan(5);
    expect(await leaksIn(rig.sessionsDir, secrets)).toEqual([]);
    // The live profile in memory contains the secrets: this proves that the search finds them.
    expect((await leaksIn(memory.path, secrets)).length).toBeGreaterThan(0);
    await first.stop();
    expect(await leaksIn(rig.sessionsDir, secrets)).toEqual([]);
    expect(await leaksIn(memory.path, secrets)).toEqual([]);

    const second = session();
    const whys: string[] = [];
    second.on('recovery', ({ why }) => whys.push(why));
    await second.start();
    await second.ready();
    // This reason is no fault: an encrypted session restores its profile at every start.
    expect(new Set(whys)).toEqual(new Set(['profile-packed']));
    await second.stop();
    expect(await leaksIn(rig.sessionsDir, secrets)).toEqual([]);
    expect([...secrets].filter((one) => lines.some((line) => line.includes(one)))).toEqual([]);
  });

  it('resumes from a backup without a code when its profile in memory is gone', async () => {
    const first = session();
    scanWith(rig.simulator, first);
    await first.start();
    await first.ready();
    await first.stop();
    await memory.wipe();
    const second = session();
    const codes: string[] = [];
    second.on('qr', () => codes.push('qr'));
    await second.start();
    await second.ready();
    expect(codes).toEqual([]);
  });

  it('uses its profile in memory after a crash of the browser', async () => {
    const first = session();
    scanWith(rig.simulator, first);
    await first.start();
    await first.ready();
    const seen: string[] = [];
    first.on('recovery', ({ step }) => seen.push(step));
    const { browserProcess } = JSON.parse(await readFile(join(rig.sessionsDir, 'main', 'session.json'), 'utf8'));
    process.kill(browserProcess.pid, 'SIGKILL');
    await reach(first, 'backing-off');
    await first.ready();
    expect(seen).toEqual([]);
  });
});

/** Lets the page store random values in each kind of storage, and returns them together with the page's own values of localStorage. */
async function plantSecrets(session: Session): Promise<readonly string[]> {
  const page = session.page as { evaluate<T>(run: () => T | Promise<T>): Promise<T> };
  return page.evaluate(async () => {
    const marks = ['indexeddb', 'localstorage', 'cookie', 'cache'].map(
      (place) => `secret-${place}-${crypto.randomUUID()}`,
    );
    const [inDatabase = '', inStorage = '', inCookie = '', inCache = ''] = marks;
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open('planted');
      opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
      opening.onerror = reject;
      opening.onsuccess = () => {
        const writing = opening.result.transaction('rows', 'readwrite');
        writing.objectStore('rows').put(inDatabase, 'row');
        writing.oncomplete = resolve;
      };
    });
    localStorage.setItem('planted', inStorage);
    await cookieStore.set({ name: 'planted', value: inCookie, expires: Date.now() + 3_600_000 });
    await (await caches.open('planted')).put('/planted', new Response(inCache));
    const kept = Object.values({ ...localStorage }).filter((value): value is string => String(value).length >= 24);
    return [...marks, ...kept];
  });
}

/** The files below a directory that contain one of the secrets, as UTF-8 or as UTF-16, in which a page's values stand in LevelDB. */
async function leaksIn(directory: string, secrets: ReadonlySet<string>): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const holds = [...secrets].some((one) => bytes.includes(one) || bytes.includes(Buffer.from(one, 'utf16le')));
    if (holds) found.push(path);
  }
  return found;
}
