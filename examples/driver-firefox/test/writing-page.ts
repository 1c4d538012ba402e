import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserHandle } from '@wakey/core';

/** An empty page at an origin of its own, until `close`. */
export async function servePage(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

/** What the page has written. */
export interface Written {
  /** How many transactions are complete. */
  readonly done: number;
  /** The errors of the others. */
  readonly aborted: readonly string[];
}

type Driven = BrowserHandle['page'];

/**
 * Lets the page write rows with the numbers 0, 1, 2 and so on, one transaction each: a new one every `every` ms, or as soon as the one
 * before is complete. Each 50th value is so large that Firefox stores it in a file of its own.
 */
export async function startWriting(page: Driven, every?: number): Promise<void> {
  await page.evaluate(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('rows');
    opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      window.written = { done: 0, aborted: [] };
      const noise = (length) => Array.from({ length }, () => Math.random().toString(36).slice(2, 12).padEnd(10, '0')).join('');
      let next = 0;
      window.write = () => {
        const number = next++;
        const writing = opening.result.transaction('rows', 'readwrite');
        writing.objectStore('rows').put({ number, text: noise(number % 50 === 49 ? 120_000 : 150) }, number);
        writing.onabort = () => window.written.aborted.push(number + ': ' + writing.error);
        writing.oncomplete = () => {
          window.written.done += 1;
          ${every === undefined ? 'window.write?.();' : ''}
        };
      };
      window.write();
      ${every === undefined ? '' : `setInterval(() => window.write?.(), ${every});`}
      resolve();
    };
  })`);
}

/** What the page has written so far. */
export async function written(page: Driven): Promise<Written> {
  return (await page.evaluate('window.written')) as unknown as Written;
}

/** Ends the writing. */
export async function stopWriting(page: Driven): Promise<Written> {
  await page.evaluate('(() => { window.write = undefined; })()');
  return written(page);
}

/** The numbers of the rows that the page finds, or the error with which it cannot read them. */
export async function rowsIn(page: Driven): Promise<readonly number[] | string> {
  return (await page.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open('rows');
    opening.onerror = () => resolve(String(opening.error));
    opening.onupgradeneeded = () => resolve('the database is new');
    opening.onsuccess = () => {
      const reading = opening.result.transaction('rows').objectStore('rows').getAll();
      reading.onerror = () => resolve(String(reading.error));
      reading.onsuccess = () => resolve(reading.result.map(({ number, text }) => (text ? number : -1)));
    };
  })`)) as readonly number[] | string;
}
