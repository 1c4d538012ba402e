import type { Page } from 'puppeteer-core';

/** Lets a page store rows of 20 kB, up to `megabytes` together with those that it has. Returns the number of rows. */
export async function fill(page: Page, megabytes: number): Promise<number> {
  return (await page.evaluate(`(${filling})(${megabytes})`)) as number;
}

/** In the page. Text, because a compiled function may need helpers. Rows of 20 kB are in the tables of the database. */
const filling = `async (megabytes) => {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open('large', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
  const database = await settled(opening);
  const count = () => settled(database.transaction('rows').objectStore('rows').count());
  for (let part = (await count()) / 50; part < megabytes; part += 1) {
    const transaction = database.transaction('rows', 'readwrite');
    for (let row = 0; row < 50; row += 1) {
      const bytes = crypto.getRandomValues(new Uint8Array(20_000));
      transaction.objectStore('rows').put(bytes, part * 50 + row);
    }
    await new Promise((resolve, reject) => Object.assign(transaction, { oncomplete: resolve, onabort: reject }));
  }
  return count();
}`;
