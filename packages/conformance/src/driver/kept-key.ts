import assert from 'node:assert/strict';
import type { PageHandle } from '@wakey/core';

/** A script that stores a key that cannot be exported, as WhatsApp Web does. */
export const storeKey = `new Promise((resolve) => {
  const open = indexedDB.open('kept', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('keys');
  open.onsuccess = async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
    const put = open.result.transaction('keys', 'readwrite');
    put.objectStore('keys').put(key, 'key');
    put.oncomplete = () => resolve(null);
  };
})`;

/** Expects that stored key in a document of this origin. */
export async function expectKey(page: PageHandle, origin: string): Promise<void> {
  await page.goto(`${origin}/page`);
  const read = `new Promise((resolve) => {
    const open = indexedDB.open('kept', 1);
    open.onupgradeneeded = () => resolve('there is no database');
    open.onsuccess = () => {
      const get = open.result.transaction('keys').objectStore('keys').get('key');
      get.onsuccess = () => resolve([get.result instanceof CryptoKey, get.result?.extractable]);
    };
  })`;
  assert.deepEqual(await page.evaluate(read), [true, false]);
}
