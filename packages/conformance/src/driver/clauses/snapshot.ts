import assert from 'node:assert/strict';
import { type BrowserHandle, type Cookie, type PageHandle, type Secret, secret } from '@wakey/core';
import type { DriverClause, Subject } from '../clause.js';
import { rejects } from '../expectations.js';
import { onPage } from '../sabotage/sabotage.js';

/**
 * What `snapshot` and `restore` promise: all data of a site comes back unchanged, or none does and the error says why.
 */
export const snapshotClauses: readonly DriverClause[] = [
  {
    name: 'carries cookies, localStorage and IndexedDB into another browser, where they replace the data of the site',
    needs: 'stateSnapshot',
    sabotage: onPage((page) => ({
      restore: async (snapshot, options) => {
        await page.restore?.(snapshot, options);
        await page.evaluate('(localStorage.old = "still there", null)');
      },
    })),
    async check(subject) {
      const url = `${subject.site.origin}/page`;
      const cookies = cookiesOf(new URL(url).hostname);
      let kept: unknown;
      const snapshot = await inBrowser(subject, async ({ page }) => {
        await page.goto(url);
        await page.setCookies(cookies);
        await page.evaluate('(localStorage.plain = "text", localStorage[""] = "\\u2028 \\ud800", null)');
        await page.evaluate(KEEP);
        // Some browsers store text as UTF-8, and replace half a character that stands alone.
        kept = await page.evaluate('({ ...localStorage })');
        return take(page);
      });
      assert.ok(!`${snapshot} ${JSON.stringify(snapshot)}`.includes('text'), 'a printed snapshot shows its content');
      await inBrowser(subject, async ({ page }) => {
        await page.goto(url);
        const [first] = cookies;
        const old = { ...(first as Cookie), name: 'old' };
        const foreign = { ...old, name: 'foreign', domain: 'other.test' };
        await page.setCookies([old, foreign]);
        await page.evaluate(`(localStorage.old = 'gone', ${OLD_DATABASE})`);
        await page.restore?.(snapshot);
        const restored = await page.evaluate('({ ...localStorage })');
        assert.deepEqual(restored, kept);
        assert.deepEqual(Object.keys(restored as object).sort(), ['', 'plain']);
        assert.deepEqual(await page.evaluate(READ), EXPECTED);
        assert.deepEqual(await page.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))'), [
          'things',
        ]);
        assert.deepEqual(byName(await page.cookies()), byName([...cookies, foreign]));
      });
    },
  },
  {
    name: 'fails at a value that it cannot carry, such as a key, instead of leaving it out, and names where the value is',
    needs: 'stateSnapshot',
    sabotage: onPage((page) => ({ snapshot: (options) => take(page, options).catch(() => secret('{}')) })),
    async check(subject) {
      let kept = 0;
      for (const value of UNCARRIABLE) {
        await inBrowser(subject, async ({ page }) => {
          await page.goto(`${subject.site.origin}/page`);
          // A snapshot need not carry a value that the browser itself does not store.
          const isKept = await page.evaluate(`(${PUT})(async () => ${value})`);
          if (isKept !== true) return;
          kept += 1;
          const error = await rejects(take(page), 'value-not-json');
          assert.match(error.message, /things\/some.*inner/, value);
        });
      }
      assert.ok(kept > 0, 'the browser stored none of the values that a snapshot cannot carry');
    },
  },
  {
    name: 'restores only a snapshot of the site of the document; refuses anything else and changes nothing',
    needs: 'stateSnapshot',
    sabotage: onPage((page) => ({
      restore: async (...call) => {
        await page.evaluate('(localStorage.clear(), null)').catch(() => undefined);
        await page.restore?.(...call);
      },
    })),
    async check(subject) {
      const { origin, otherOrigin } = subject.site;
      await inBrowser(subject, async ({ page }) => {
        await page.goto(`${origin}/page`);
        await page.evaluate('(localStorage.mine = "1", null)');
        const snapshot = await take(page);
        const text = snapshot.reveal();
        await page.goto(`${otherOrigin}/page`);
        await page.evaluate('(localStorage.theirs = "2", null)');
        await rejects(restore(page, snapshot), 'invalid-argument');
        assert.deepEqual(await page.evaluate('({ ...localStorage })'), { theirs: '2' });
        await page.goto(`${origin}/page`);
        const half = text.slice(0, text.length / 2);
        for (const garbage of ['', 'nonsense', 'null', '[]', '{}', '7', half, `${text}x`]) {
          const error = await rejects(restore(page, secret(garbage)), 'invalid-argument');
          assert.ok(
            !/mine|nonsense/.test(`${error.message} ${String(error.cause)}`),
            'the error quotes the content of the snapshot',
          );
        }
        assert.deepEqual(await page.evaluate('({ ...localStorage })'), { mine: '1' });
        await page.goto('about:blank');
        await rejects(restore(page, snapshot), 'invalid-argument');
        await rejects(take(page), 'invalid-argument');
      });
    },
  },
];

async function inBrowser<T>({ driver, folder }: Subject, work: (browser: BrowserHandle) => Promise<T>): Promise<T> {
  const browser = await driver({ env: { TMPDIR: folder } }).launch({});
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** Takes a snapshot. Fails if the page has no `snapshot` although the driver declares the capability. */
async function take(page: PageHandle, options?: object): Promise<Secret> {
  assert.ok(page.snapshot !== undefined, 'the capability is declared, but the page lacks the call');
  return page.snapshot(options);
}

async function restore(page: PageHandle, snapshot: Secret): Promise<void> {
  assert.ok(page.restore !== undefined, 'the capability is declared, but the page lacks the call');
  return page.restore(snapshot);
}

function cookiesOf(domain: string): readonly Cookie[] {
  const plain = { value: 'v', domain, hostOnly: true, path: '/', httpOnly: false, secure: false } as const;
  return [
    { ...plain, name: 'session' },
    { ...plain, name: 'hidden', httpOnly: true, sameSite: 'lax', expires: Math.floor(Date.now() / 1000) + 86_400 },
    // The document itself does not receive this cookie, but the site still keeps it.
    { ...plain, name: 'deep', path: '/deep' },
  ];
}

function byName(cookies: readonly Cookie[]): readonly Cookie[] {
  return cookies
    .map((cookie) => ({ ...cookie, expires: cookie.expires ?? 0 }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Values that a snapshot cannot carry. `PUT` wraps each in an object, so that its place in the record has a name. */
const UNCARRIABLE = [
  'crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"])',
  'new Blob(["x"])',
  '/pattern/',
  'new Error("x")',
];

const OLD_DATABASE = `new Promise((resolve) => {
  const opening = indexedDB.open('old', 1);
  opening.onsuccess = () => resolve((opening.result.close(), null));
})`;

/** Returns whether the browser keeps the value that the script makes. */
const PUT = `async (make) => {
  const inner = await make();
  const opening = indexedDB.open('things', 3);
  opening.onupgradeneeded = () => opening.result.createObjectStore('some');
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  try {
    const putting = opening.result.transaction('some', 'readwrite');
    putting.objectStore('some').put({ inner }, 'key');
    await new Promise((resolve, reject) => {
      putting.oncomplete = resolve;
      putting.onabort = putting.onerror = reject;
    });
    return true;
  } catch {
    return false;
  } finally {
    opening.result.close();
  }
}`;

const VALUE = `{
  n: 1, big: 7n, none: undefined, odd: [NaN, -0, -Infinity], at: new Date(9), never: new Date(NaN),
  bytes: new Uint8Array([0, 255]), large: new BigInt64Array([5n]), plain: new Uint8Array([1, 2]).buffer,
  map: new Map([['a', new Set([1])]]), holes: [1, , 3], '': '\\ud800', $: 'date',
}`;

const KEEP = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('things', 3);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('some').createIndex('by', 'n', { unique: true });
    opening.result.createObjectStore('empty', { keyPath: ['a', 'b'] });
    opening.result.createObjectStore('own', { keyPath: 'id', autoIncrement: true });
  };
  opening.onsuccess = () => {
    const put = opening.result.transaction(['some', 'own'], 'readwrite');
    put.objectStore('some').put(${VALUE}, ['key', new Date(5), new Uint8Array([3])]);
    put.objectStore('own').put({ x: 1 });
    put.oncomplete = () => resolve((opening.result.close(), null));
    put.onabort = () => reject(put.error);
  };
})`;

const READ = `new Promise((resolve) => {
  const opening = indexedDB.open('things');
  opening.onsuccess = () => {
    const { result } = opening;
    const reading = result.transaction([...result.objectStoreNames]);
    const some = reading.objectStore('some');
    const shape = [some.index('by').unique, reading.objectStore('empty').keyPath];
    const [value, keys, own] = [some.index('by').get(1), some.getAllKeys(), reading.objectStore('own').getAll()];
    reading.oncomplete = () => {
      const v = value.result;
      const [[word, date, part]] = keys.result;
      result.close();
      resolve([
        result.version, [...result.objectStoreNames], ...shape,
        Object.keys(v), String(v.big), v.none === undefined, v.odd.map((one) => Object.is(one, -0) ? '-0' : String(one)),
        v.at.getTime(), String(v.never.getTime()), v.bytes.constructor.name, [...v.bytes], String(v.large[0]),
        v.plain.byteLength, v.map.get('a').has(1), [v.holes.length, 1 in v.holes, v.holes[2]], v[''], v.$,
        word, date.getTime(), [...new Uint8Array(part)], own.result,
      ]);
    };
  };
})`;

const EXPECTED = [
  ...[3, ['empty', 'own', 'some'], true, ['a', 'b']],
  ['n', 'big', 'none', 'odd', 'at', 'never', 'bytes', 'large', 'plain', 'map', 'holes', '', '$'],
  ...['7', true, ['NaN', '-0', '-Infinity'], 9, 'NaN', 'Uint8Array', [0, 255], '5', 2, true],
  ...[[3, false, 3], '\ud800', 'date', 'key', 5, [3], [{ x: 1, id: 1 }]],
];
