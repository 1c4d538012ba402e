import assert from 'node:assert/strict';
import type { Cookie } from '@wakey/core';
import type { DriverClause, OpenSubject } from '../clause.js';
import { rejects, until } from '../expectations.js';
import { hiding, onPage } from '../sabotage/sabotage.js';
import { onConsole, tellingAllAgain } from '../sabotage/saboteurs.js';

/** What the driver promises about cookies, events and the screenshot. */
export const stateClauses: readonly DriverClause<OpenSubject>[] = [
  {
    name: 'sets and returns cookies of every kind unchanged',
    sabotage: onPage((page) => ({
      cookies: async (...call) => (await page.cookies(...call)).map(({ sameSite, ...cookie }) => cookie),
    })),
    async check({ browser: { page }, addsSameSite }) {
      await page.clearCookies();
      const expires = Math.floor(Date.now() / 1000) + 86_400;
      const plain = { path: '/', httpOnly: false, secure: false, hostOnly: true } as const;
      const cookies: readonly Cookie[] = [
        { ...plain, name: 'host', value: 'v', domain: 'one.test' },
        { ...plain, name: 'below', value: '', domain: 'two.test', hostOnly: false },
        { ...plain, name: 'late', value: 'a=b;c'.replace(';', '%3B'), domain: 'one.test', expires, httpOnly: true },
        { ...plain, name: 'deep', value: 'x', domain: 'one.test', path: '/deep', sameSite: 'strict' },
        { ...plain, name: 'lax', value: 'x', domain: 'one.test', sameSite: 'lax' },
        { ...plain, name: 'none', value: 'x', domain: 'one.test', secure: true, sameSite: 'none' },
        { ...plain, name: '__Host-locked', value: 'x', domain: 'one.test', secure: true },
      ];
      await page.setCookies(cookies);
      const isChanged = (cookie: Cookie) => cookie.secure && addsSameSite !== undefined;
      const expected = cookies.map((cookie) => (isChanged(cookie) ? { ...cookie, sameSite: 'none' as const } : cookie));
      assert.deepEqual(byName(await page.cookies()), byName(expected));
      await page.clearCookies();
      assert.deepEqual(await page.cookies(), []);
    },
  },
  {
    name: 'returns for an address the cookies that a request to it would carry',
    sabotage: onPage((page) => ({ cookies: () => page.cookies() })),
    async check({ browser: { page } }) {
      await page.clearCookies();
      const plain = { value: 'x', path: '/', httpOnly: false, secure: false } as const;
      await page.setCookies([
        { ...plain, name: 'host', domain: 'one.test', hostOnly: true },
        { ...plain, name: 'below', domain: 'one.test', hostOnly: false },
        { ...plain, name: 'secure', domain: 'one.test', hostOnly: true, secure: true },
        { ...plain, name: 'other', domain: 'other.test', hostOnly: true },
        { ...plain, name: 'deep', domain: 'one.test', hostOnly: true, path: '/deep' },
      ]);
      const names = async (url: string) => (await page.cookies(url)).map(({ name }) => name).sort();
      assert.deepEqual(await names('http://one.test/'), ['below', 'host']);
      assert.deepEqual(await names('https://one.test/deep/er'), ['below', 'deep', 'host', 'secure']);
      assert.deepEqual(await names('http://sub.one.test/'), ['below']);
      await rejects(page.cookies('nonsense'), 'invalid-argument');
    },
  },
  {
    name: 'refuses a cookie that no browser accepts, and returns a cookie that the page set',
    sabotage: hiding('invalid-argument'),
    async check({ browser: { page }, site }) {
      const bad = {
        name: 'a;b',
        value: 'x',
        domain: 'one.test',
        hostOnly: true,
        path: '/',
        httpOnly: false,
        secure: false,
      };
      await rejects(page.setCookies([bad]), 'invalid-argument');
      await page.goto(`${site.origin}/page`);
      await page.evaluate('(document.cookie = "own=1; path=/", null)');
      const [own] = (await page.cookies(site.origin)).filter(({ name }) => name === 'own');
      assert.equal(own?.domain, '127.0.0.1');
      assert.equal(own?.hostOnly, true);
      await page.clearCookies();
    },
  },
  {
    name: 'reports the lines that the page writes to its console',
    sabotage: onConsole(
      (listener) =>
        ({ level, text }) =>
          listener({ level, text: text.replace(' 1', '') }),
    ),
    async check({ browser: { page } }) {
      const told: { level: string; text: string }[] = [];
      const stop = page.on('console', (line) => told.push(line));
      await page.evaluate('(console.warn("careful", 1, true), console.log("plain"), null)');
      await until(() => told.length >= 2);
      stop();
      assert.deepEqual(
        told.map(({ text }) => text),
        ['careful 1 true', 'plain'],
      );
      assert.match(told[0]?.level ?? '', /^warn/);
    },
  },
  {
    name: 'reports each uncaught exception and rejection of the page once, and no rejection that the page handles',
    sabotage: onPage((page) => ({
      on: (event, listener) =>
        page.on(event, (payload) => listener('message' in payload ? { ...payload, message: 'an error' } : payload)),
    })),
    async check({ browser: { page }, site, silentTimers }) {
      const told: string[] = [];
      const stop = page.on('page-error', ({ message }) => told.push(message));
      await page.goto(`${site.origin}/throw`);
      await page.evaluate(
        '(async () => { try { await Promise.reject(new Error("handled")); } catch {} return null; })()',
      );
      await page.evaluate('(Promise.reject(new RangeError("unheard")), null)');
      const count = (words: string) => told.filter((message) => message.includes(words)).length;
      await until(() => told.length >= (silentTimers === undefined ? 3 : 2));
      // Whatever the page reports twice has arrived before this answer.
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 0, null))');
      stop();
      const expected = [1, 1, silentTimers === undefined ? 1 : 0, 0];
      assert.deepEqual(['unheard', 'in a listener', 'out of order', 'handled'].map(count), expected, told.join('\n'));
    },
  },
  {
    name: 'still notifies the other listeners when a listener throws',
    sabotage: tellingAllAgain,
    async check({ browser: { page } }) {
      const told: string[] = [];
      const stops = [
        page.on('console', () => {
          throw new Error('the mistake of a listener');
        }),
        page.on('console', ({ text }) => told.push(text)),
      ];
      await page.evaluate('(console.log("heard"), null)');
      await until(() => told.length >= 1);
      for (const stop of stops) stop();
      assert.deepEqual(told, ['heard']);
    },
  },
  {
    name: 'takes a picture of the page as PNG',
    needs: 'screenshot',
    sabotage: onPage(() => ({ screenshot: async () => new Uint8Array(4) })),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/page`);
      const bytes = await page.screenshot();
      assert.deepEqual([...bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    },
  },
];

function byName(cookies: readonly Cookie[]): readonly Cookie[] {
  return [...cookies].sort((a, b) => (a.name < b.name ? -1 : 1));
}
