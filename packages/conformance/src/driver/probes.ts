import type { PageHandle } from '@wakey/core';
import type { Site } from './site.js';

/** Whether the page can read back the pixels that it drew. */
export function canvasPixels(page: PageHandle): Promise<boolean> {
  return holds(
    page,
    `(() => {
      const canvas = document.createElement('canvas');
      const pen = canvas.getContext('2d');
      pen.fillStyle = 'rgb(10, 20, 30)';
      pen.fillRect(0, 0, 4, 4);
      return [...pen.getImageData(1, 1, 1, 1).data].join() === '10,20,30,255';
    })()`,
  );
}

/** Whether the page has locks that only one holder can hold at a time. */
export async function webLocks(page: PageHandle, site: Site): Promise<boolean> {
  await page.goto(`${site.origin}/page`);
  return holds(
    page,
    `navigator.locks.request('one', () =>
      navigator.locks.request('one', { ifAvailable: true }, (second) => second === null))`,
  );
}

/** Whether a key that cannot be exported comes back from IndexedDB as a key. */
export async function cryptoKeyStorage(page: PageHandle, site: Site): Promise<boolean> {
  await page.goto(`${site.origin}/page`);
  return holds(
    page,
    `(async () => {
      const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const opening = indexedDB.open('probe', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
      const keys = await done(opening);
      const store = () => keys.transaction('keys', 'readwrite').objectStore('keys');
      const algorithm = { name: 'AES-GCM', length: 128 };
      const key = await crypto.subtle.generateKey(algorithm, false, ['encrypt']);
      await done(store().put(key, 'key'));
      const kept = await done(store().get('key'));
      const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, kept, new Uint8Array(4));
      return kept.extractable === false && bytes.byteLength === 20;
    })()`,
  );
}

/** Using a feature that the page lacks throws: that counts as "absent". */
async function holds(page: PageHandle, script: string): Promise<boolean> {
  return (await page.evaluate(`Promise.resolve().then(() => ${script}).catch(() => false)`)) === true;
}
