import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@wakey/host';
import { canMount, mountedDisk, temporaryDirectory } from '@wakey/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { binaries } from '../test/binaries.ts';
import { followJournal } from './journal/following.js';
import { parts } from './journal/profile-format.js';
import { lightpandaDriver } from './lightpanda-driver.js';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>site</title>'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Stores a value under `key`. `before` runs first. */
const store = (key: string, value: string, before = '') => `new Promise((resolve, reject) => {
  ${before}
  const opening = indexedDB.open('things', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('some');
  opening.onsuccess = () => {
    const writing = opening.result.transaction('some', 'readwrite');
    writing.objectStore('some').put(${value}, '${key}');
    writing.oncomplete = () => resolve((opening.result.close(), null));
    writing.onabort = () => reject(writing.error);
  };
})`;

/** The keys of what is stored. */
const KEYS = `new Promise((resolve) => {
  const opening = indexedDB.open('things');
  opening.onsuccess = () => {
    const reading = opening.result.transaction('some').objectStore('some').getAllKeys();
    reading.onsuccess = () => resolve(reading.result);
  };
})`;

/** Reads all that a follower gets of a profile. */
async function followed(profile: string): Promise<void> {
  const from = { version: 1, commits: 0, files: {} } as const;
  for await (const step of followJournal(parts).changes(profile, from, { clock: systemClock })) void step;
}

/** As a Blob does whose file was removed. */
const UNREADABLE = `Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('no file', 'NotReadableError'));`;

describe.each(await binaries())('what a page stores in $on', ({ executable }) => {
  it('ends the browser if a Blob of it cannot be read, and an empty Blob never takes its place', async () => {
    const profile = temporaryDirectory();
    const { launch } = lightpandaDriver({ executable });
    const browser = await launch({ profile });
    await browser.page.goto(url);
    await browser.page.evaluate(store('first', '"kept"'));
    await browser.page.evaluate(store('blob', 'new Blob(["content"])', UNREADABLE)).catch(() => undefined);
    expect(await browser.lost).toMatchObject({ kind: 'exited', why: expect.stringContaining('no file') });
    await browser.close();
    const again = await launch({ profile });
    await again.page.goto(url);
    expect(await again.page.evaluate(KEYS)).toEqual(['first']);
    await again.close();
  });

  it.runIf(canMount())('waits while the disk is full, and is there after the next launch', async () => {
    const disk = mountedDisk(8);
    const { launch } = lightpandaDriver({ executable });
    try {
      const browser = await launch({ profile: disk.path });
      await browser.page.goto(url);
      await browser.page.evaluate(store('first', '"kept"'));
      disk.leave(0);
      const late = `void ${store('late', '"x".repeat(50_000)')}.then(() => { globalThis.isCommitted = true; })`;
      await browser.page.evaluate(late);
      await vi.waitFor(() => expect(followed(disk.path)).rejects.toMatchObject({ code: 'sessions-dir-unusable' }));
      expect(await browser.page.evaluate('globalThis.isCommitted ?? false')).toBe(false);
      disk.leave(4_000_000);
      const isCommitted = () => browser.page.evaluate('globalThis.isCommitted ?? false');
      await vi.waitFor(async () => expect(await isCommitted()).toBe(true), { timeout: 10_000 });
      await browser.close();
      const again = await launch({ profile: disk.path });
      await again.page.goto(url);
      expect(await again.page.evaluate(KEYS)).toEqual(['first', 'late']);
      await again.close();
    } finally {
      disk.remove();
    }
  });

  it('is there whichever version of Lightpanda wrote it', async () => {
    const profile = temporaryDirectory();
    const { launch } = lightpandaDriver({ executable });
    const writtenBy = { product: 'Lightpanda', version: '99.0.0' };
    const browser = await launch({ profile, writtenBy });
    await browser.page.goto(url);
    await browser.page.evaluate(store('first', '"kept"'));
    await browser.close();
    const again = await launch({ profile, writtenBy });
    await again.page.goto(url);
    expect(await again.page.evaluate(KEYS)).toEqual(['first']);
    await again.close();
  });

  it('leaves a rejection of fetch() unhandled if the page does not handle it', async () => {
    const { launch } = lightpandaDriver({ executable });
    const browser = await launch({ profile: temporaryDirectory() });
    await browser.page.goto(url);
    const reported = `new Promise((resolve) => {
      addEventListener('unhandledrejection', ({ reason }) => resolve(reason.name));
      void fetch('data:nonsense');
    })`;
    expect(await browser.page.evaluate(reported)).toBe('TypeError');
    await browser.close();
  });
});
