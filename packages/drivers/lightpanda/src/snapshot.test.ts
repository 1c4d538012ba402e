import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BrowserHandle, secret } from '@wakey/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { standInBinary } from '../test/stand-in/binary.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

let server: Server;
let url: string;
let browser: BrowserHandle;
beforeAll(async () => {
  server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>site</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await open();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

async function open(): Promise<BrowserHandle> {
  const executable = await standInBinary({ version: '1.0.2', storesKeys: true });
  const opened = await lightpandaDriver({ executable }).launch({});
  await opened.page.goto(url);
  return opened;
}

/** Puts one value into the database `things`, in the store `some`. */
const keep = (value: string) => `new Promise((resolve, reject) => {
  const opening = indexedDB.open('things', 3);
  opening.onupgradeneeded = () => opening.result.createObjectStore('some').createIndex('by', 'n', { unique: true });
  opening.onsuccess = async () => {
    const value = await (${value});
    const put = opening.result.transaction('some', 'readwrite').objectStore('some').put(value, ['key', new Date(5)]);
    put.onsuccess = () => resolve((opening.result.close(), null));
    put.onerror = () => reject(put.error);
  };
})`;

it('carries cookies, localStorage and values of every type in IndexedDB into another browser', async () => {
  const { page } = browser;
  await page.evaluate('(localStorage.plain = "text", document.cookie = "kept=yes; path=/; max-age=1000", null)');
  await page.evaluate(
    keep(
      '{ n: 1, big: 7n, none: undefined, odd: [NaN, -0], at: new Date(9), bytes: new Uint8Array([0, 255]), map: new Map([["a", new Set([1])]]) }',
    ),
  );
  const snapshot = await page.snapshot?.();
  expect(String(snapshot)).not.toContain('kept');
  const other = await open();
  await other.page.evaluate('(localStorage.old = "gone", null)');
  await other.page.restore?.(snapshot ?? secret(''));
  const read = `new Promise((resolve) => {
    const opening = indexedDB.open('things');
    opening.onsuccess = () => {
      const store = opening.result.transaction('some').objectStore('some');
      const get = store.index('by').get(1);
      get.onsuccess = () => {
        const { n, big, odd, at, bytes, map, ...rest } = get.result;
        resolve([
          opening.result.version, store.index('by').unique, n, String(big), Object.keys(rest), Object.is(odd[0], NaN),
          Object.is(odd[1], -0), at.getTime(), bytes.constructor.name, [...bytes], map.get('a').has(1),
        ]);
      };
    };
  })`;
  expect(await other.page.evaluate(read)).toEqual([
    3,
    true,
    1,
    '7',
    ['none'],
    true,
    true,
    9,
    'Uint8Array',
    [0, 255],
    true,
  ]);
  expect(await other.page.evaluate('[{ ...localStorage }, document.cookie]')).toEqual([{ plain: 'text' }, 'kept=yes']);
  await other.close();
});

it('fails at a key that a snapshot cannot carry, instead of leaving it out, and names where the key is', async () => {
  await browser.page.evaluate(
    keep(
      'crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]).then((key) => ({ n: 2, key }))',
    ),
  );
  const taking = browser.page.snapshot?.();
  await expect(taking).rejects.toMatchObject({ code: 'value-not-json' });
  await expect(taking).rejects.toThrow('things/some.key is a CryptoKey');
});

it('refuses a value that is not a snapshot, and a snapshot of another site', async () => {
  await expect(browser.page.restore?.(secret('{'))).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(browser.page.restore?.(secret('{}'))).rejects.toMatchObject({ code: 'invalid-argument' });
  const elsewhere = JSON.stringify({ form: 'wakey-lightpanda-1', origin: 'https://site.test', cookies: [], kept: {} });
  await expect(browser.page.restore?.(secret(elsewhere))).rejects.toMatchObject({ code: 'invalid-argument' });
});
