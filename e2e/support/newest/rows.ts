import type { LightpandaPage } from '@wakey/driver-lightpanda';
import type { Page } from 'puppeteer-core';

/** A page of Chromium or of Lightpanda. */
type AnyPage = Pick<Page, 'evaluate'> | Pick<LightpandaPage, 'send'>;

/** Lets a page store rows of 20 kB, up to `megabytes` together with those that it has. Returns the number of rows. */
export async function fill(page: AnyPage, megabytes: number): Promise<number> {
  return (await evaluateIn(page, `(${filling})(${megabytes})`)) as number;
}

/** Removes all rows of a page. Returns how many there were: whole transactions of 50 rows. */
export async function discard(page: AnyPage): Promise<number> {
  return (await evaluateIn(page, `(${discarding})()`)) as number;
}

/** Evaluates an expression in a page, and waits for its promise. */
export async function evaluateIn(page: AnyPage, expression: string): Promise<unknown> {
  if ('evaluate' in page) return page.evaluate(expression);
  const answer = await page.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  const { result, exceptionDetails } = answer as {
    readonly result: { readonly value?: unknown };
    readonly exceptionDetails?: object;
  };
  if (exceptionDetails === undefined) return result.value;
  throw new Error(`The page failed: ${JSON.stringify(exceptionDetails)}`);
}

/** In the page. Text, because a compiled function may need helpers. */
const opening = `
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open('large', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
  const database = await settled(opening);
  const count = () => settled(database.transaction('rows').objectStore('rows').count());
`;

/** Rows of 20 kB are in the tables of the database. */
const filling = `async (megabytes) => {
  ${opening}
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

const discarding = `async () => {
  ${opening}
  const before = await count();
  const transaction = database.transaction('rows', 'readwrite');
  transaction.objectStore('rows').clear();
  await new Promise((resolve, reject) => Object.assign(transaction, { oncomplete: resolve, onabort: reject }));
  database.close();
  return before;
}`;
