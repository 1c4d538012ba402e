import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import type { BrowserDriver, PageHandle } from '@wakey/core';
import type { FollowingFormat } from './formats.js';

const rows = `
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const open = () => {
    const opening = indexedDB.open('followed', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
    return done(opening);
  };
  // Each tenth row is long: some browsers store a long value in a file of its own.
  const textOf = (n) => ('row ' + n + ' ').repeat(n % 10 === 0 ? 20000 : 50);
  const commit = (database, value, n) => new Promise((resolve, reject) => {
    const writing = database.transaction('rows', 'readwrite');
    writing.objectStore('rows').put(value, n);
    writing.oncomplete = resolve;
    writing.onabort = () => reject(writing.error);
  });
`;

/** Commits the rows with these numbers, each in a transaction of its own. */
export async function commitRows(page: PageHandle, from: number, to: number): Promise<void> {
  await page.evaluate(`(async () => {
    ${rows}
    const database = await open();
    for (let n = ${from}; n <= ${to}; n += 1) await commit(database, textOf(n), n);
    database.close();
    return null;
  })()`);
}

/** Commits one value of random bytes, which nothing can make shorter. */
export async function commitBytes(page: PageHandle, size: number): Promise<void> {
  await page.evaluate(`(async () => {
    ${rows}
    const bytes = new Uint8Array(${size});
    for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    const database = await open();
    await commit(database, bytes, -1);
    database.close();
    return null;
  })()`);
}

/**
 * Lets the page commit rows one after another as fast as it can, until `end` is called. Both functions return the last committed
 * number. The page stops at `AHEAD` rows after the last call of `committed`: a browser that stores in memory commits 20 MB a second,
 * and would fill it while the clause looks at the first of them.
 */
export async function keepCommitting(page: PageHandle, from: number) {
  await page.evaluate(`(() => {
    ${rows}
    window.committed = ${from - 1};
    window.isOver = false;
    window.bound = ${from + AHEAD};
    window.goOn = () => {};
    window.writing = (async () => {
      const database = await open();
      while (!window.isOver) {
        if (window.committed >= window.bound) await new Promise((resolve) => (window.goOn = resolve));
        await commit(database, textOf(window.committed + 1), window.committed + 1);
        window.committed += 1;
      }
      database.close();
    })();
    return null;
  })()`);
  return {
    committed: () =>
      page.evaluate<number>(`(window.bound = window.committed + ${AHEAD}, window.goOn(), window.committed)`),
    end: () =>
      page.evaluate<number>('(window.isOver = true, window.goOn(), window.writing.then(() => window.committed))'),
  };
}

/** About 1 MB of rows. */
const AHEAD = 60;

/** Copies the profile into a new directory, opens it there with a browser, and expects rows without a gap. Returns how many. */
export async function resumedRows(
  { launch, profileFormat }: Pick<BrowserDriver, 'launch'> & { readonly profileFormat: FollowingFormat },
  profile: string,
  { origin, into }: { readonly origin: string; readonly into: string },
): Promise<number> {
  await cp(profile, into, { recursive: true });
  await profileFormat.reduce(into);
  await profileFormat.repair(into);
  assert.deepEqual(await profileFormat.inspect(into), { is: 'intact' });
  const { page, close } = await launch({ profile: into });
  try {
    await page.goto(`${origin}/page`);
    const found = await page.evaluate<readonly number[]>(`(async () => {
      ${rows}
      const database = await open();
      const store = database.transaction('rows').objectStore('rows');
      const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      return keys.filter((n, index) => n > 0 && values[index] === textOf(n));
    })()`);
    assert.deepEqual(
      found,
      found.map((_, index) => index + 1),
      'rows are missing among the later ones',
    );
    return found.length;
  } finally {
    await close();
  }
}
