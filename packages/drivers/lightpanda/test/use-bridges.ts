/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Json } from '@wakey/core';

/**
 * Uses all that the bridges add, and returns what a page sees of it. Runs in the page, so it uses nothing from outside this function.
 * Equal results on two browsers mean that a page cannot tell the bridges from a browser that has these parts itself. `hasPairs`: key
 * pairs are tried too.
 */
export async function useBridges(hasPairs: boolean): Promise<Json> {
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'no error',
      (error: Error) => error.name,
    );
  const { subtle } = crypto;
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => at);
  const data = new TextEncoder().encode('data');
  const iv = new Uint8Array(12);
  const hidden = await subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const open = await subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
  const made = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const pair = hasPairs ? await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']) : null;
  const about = (key: CryptoKey) => ({
    isKey: key instanceof CryptoKey,
    text: Object.prototype.toString.call(key),
    type: key.type,
    extractable: key.extractable,
    name: key.algorithm.name,
    usages: [...key.usages].sort(),
  });
  const sealedBy = async (key: CryptoKey) => new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv }, key, data));
  const used = async (key: CryptoKey) => {
    const sealed = String(await sealedBy(key));
    return { ...about(key), sealed, refused: await failure(subtle.exportKey('raw', key)) };
  };
  const signed = async (key: CryptoKey) => ({
    ...about(key),
    mac: String(new Uint8Array(await subtle.sign('HMAC', key, data))),
    raw: String(new Uint8Array(await subtle.exportKey('raw', key))),
  });
  const agreed = async ({ privateKey }: CryptoKeyPair, { publicKey }: CryptoKeyPair) =>
    String(new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256)));

  const pairOf = async (one: CryptoKeyPair, other: CryptoKeyPair) => ({
    keys: [about(other.publicKey), about(other.privateKey)],
    refused: await failure(subtle.exportKey('pkcs8', other.privateKey)),
    secrets: new Set([await agreed(one, other), await agreed(other, one), await agreed(other, other)]).size,
  });

  const opening = indexedDB.open('bridges', 1);
  opening.onupgradeneeded = () => {
    const store = opening.result.createObjectStore('keys');
    store.createIndex('kind', 'kind');
  };
  const database = await done(opening);
  const store = (mode: IDBTransactionMode = 'readonly') => database.transaction('keys', mode).objectStore('keys');
  const put = (value: unknown, key: IDBValidKey) => done(store('readwrite').put(value, key));
  const read = (key: IDBValidKey) => done(store().get(key));

  const keys = async () => {
    const nested = { kind: 'nested', a: { list: [1, [hidden, open]] }, same: hidden, at: new Date(5), like: /a+/gi };
    await put(hidden, 'alone');
    await put(open, 'also alone');
    await put(nested, 'nested');
    await put(
      new Map<unknown, unknown>([
        ['key', hidden],
        [open, new Set([open])],
      ]),
      'map',
    );
    await put({ kind: 'pair', pair, made }, 'pair');
    const alone = store().get('alone');
    await done(alone);
    const got = await read('nested');
    const map: Map<unknown, unknown> = await read('map');
    const [key] = [...map.keys()].filter((one) => one instanceof CryptoKey);
    const kept = await read('pair');
    return {
      alone: await used(alone.result),
      isOne: new Set([alone.result, alone.result]).size,
      nested: [await used(got.a.list[1][0]), await signed(got.a.list[1][1])],
      isSame: got.same === got.a.list[1][0],
      others: [got.at instanceof Date, got.like instanceof RegExp && String(got.like)],
      isSource: nested.same === hidden && String(nested.like) === '/a+/gi',
      map: [await used(map.get('key') as CryptoKey), await signed(key as CryptoKey), map.size],
      isSetOfKey: (map.get(key) as Set<unknown>).has(key),
      pair: pair === null ? null : await pairOf(pair, kept.pair),
      made: about(kept.made),
      isMade: String(await sealedBy(made)) === String(await sealedBy(kept.made)),
      all: (await done(store().getAll())).map((value) => Object.prototype.toString.call(value)),
      index: await used((await done(store().index('kind').get('nested'))).same),
      ofIndex: (await done(store().index('kind').getAll())).map(({ kind }) => kind),
      refused: await failure((async () => put({ hidden, work: () => undefined }, 'function'))()),
      missing: (await read('function')) === undefined,
    };
  };
  const cursors = async () => {
    await put(await subtle.importKey('raw', bytes, 'AES-GCM', true, ['encrypt', 'decrypt']), 'b');
    await put(hidden, 'c');
    const seen: unknown[] = [];
    const request = store().openCursor(IDBKeyRange.bound('b', 'c'));
    await new Promise<void>((resolve) => {
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor === null) return resolve();
        const { value } = cursor;
        seen.push([cursor.key, about(value), cursor.value === value, cursor.request === request]);
        cursor.continue();
      };
    });
    const updating = store('readwrite').openCursor('b');
    await done(updating);
    await done((updating.result as IDBCursorWithValue).update({ kind: 'updated', list: [hidden] }));
    const updated = await read('b');
    return { seen, updated: [updated.kind, await used(updated.list[0])] } as const;
  };
  const clones = async () => {
    const { pair: again, list } = structuredClone({ pair, list: [hidden, hidden] });
    return {
      alone: await used(structuredClone(hidden)),
      open: await signed(structuredClone(structuredClone(open))),
      isOther: structuredClone(hidden) !== hidden,
      isShared: list[0] === list[1],
      pair: pair === null || again === null ? null : await pairOf(pair, again),
    };
  };
  const locks = async () => {
    const { locks: all } = navigator;
    const order: string[] = [];
    const held = Promise.withResolvers<void>();
    const first = all.request('a', (lock) => {
      order.push(`${lock?.name} ${lock?.mode}`);
      return held.promise;
    });
    const given = await all.request('a', { ifAvailable: true }, (lock) => lock === null);
    const second = all.request('a', { mode: 'shared' }, async () => void order.push('second'));
    const third = all.request('a', { mode: 'shared' }, async () => void order.push('third'));
    const controller = new AbortController();
    const given4 = failure(all.request('a', { signal: controller.signal }, () => undefined));
    const given5 = all.request('b', () => 'other name');
    const query = await all.query();
    controller.abort();
    const aborted = [await given4, await failure(all.request('a', { signal: controller.signal }, () => undefined))];
    held.resolve();
    await Promise.all([first, second, third]);
    const free = await all.request('a', { ifAvailable: true }, (lock) => lock?.name);
    const isFree = () => all.request('c', { ifAvailable: true }, (lock) => lock !== null);
    const atOnce = await all.request('c', () => undefined).then(isFree);
    const robbed = failure(all.request('s', () => new Promise(() => undefined)));
    const stolen = await all.request('s', { steal: true }, (lock) => lock?.mode);
    const thrown = await failure(all.request('t', () => Promise.reject(new RangeError('work'))));
    const later = await all.request('t', { ifAvailable: true }, (lock) => lock !== null);
    const shown = (list: LockInfo[] | undefined) => list?.map(({ name, mode }) => `${name} ${mode}`) ?? [];
    return {
      order,
      given,
      other: await given5,
      query: [shown(query.held).filter((text) => text !== 'b exclusive'), shown(query.pending)],
      aborted,
      free: [free ?? null, atOnce],
      stolen: [await robbed, stolen ?? null],
      thrown: [thrown, later],
      wrong: [
        await failure(all.request('-a', () => undefined)),
        await failure(all.request('a', { steal: true, ifAvailable: true }, () => undefined)),
        await failure(all.request('a', { steal: true, mode: 'shared' }, () => undefined)),
      ],
      left: shown((await all.query()).held),
    };
  };
  const answers = async () => {
    const cache = await caches.open('one');
    await caches.open('another');
    const answer = () => new Response('body ä', { status: 203, headers: { 'content-type': 'text/x', 'x-one': '1' } });
    await cache.put('/path?b=1', answer());
    await cache.put(new Request('/a'), answer());
    const found = await cache.match('/path?b=1');
    const seen = async (one: Response | undefined) =>
      one === undefined ? null : [one.status, one.ok, one.headers.get('x-one'), await one.text()];
    const paths = (list: readonly Request[]) => list.map(({ url }) => url.slice(location.origin.length));
    return {
      found: await seen(found),
      twice: await seen(await cache.match(new Request('/a'))),
      none: await seen(await cache.match('/other')),
      any: await seen(await caches.match(new URL('/a', location.href).href)),
      keys: paths(await cache.keys()).sort(),
      names: (await caches.keys()).sort(),
      has: [await caches.has('one'), await caches.has('two')],
      deleted: [await cache.delete('/a'), await cache.delete('/a'), paths(await cache.keys())],
      dropped: [await caches.delete('one'), await caches.delete('one'), await caches.has('one')],
      emptied: paths(await (await caches.open('one')).keys()),
      hidden: (await indexedDB.databases()).map(({ name }) => name ?? ''),
    };
  };
  const result = {
    keys: await keys(),
    cursors: await cursors(),
    clones: await clones(),
    locks: await locks(),
    answers: await answers(),
  };
  database.close();
  return JSON.parse(JSON.stringify(result));
}

/**
 * Stores keys whose bytes the caller knows: imported ones, and one that the browser makes. Returns the bytes of the latter as base64.
 * Runs in the page.
 */
export async function storeSecrets(imported: string): Promise<string> {
  const bytes = Uint8Array.from(atob(imported), (letter) => letter.charCodeAt(0));
  const { subtle } = crypto;
  const hidden = await subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt']);
  const open = await subtle.importKey('raw', bytes, 'AES-GCM', true, ['encrypt']);
  const made = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
  const opening = indexedDB.open('secrets', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const transaction = database.transaction('keys', 'readwrite');
  transaction.objectStore('keys').put({ hidden, open, list: [made] }, 'all');
  transaction.objectStore('keys').put(made, 'made');
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  database.close();
  return btoa(String.fromCharCode(...new Uint8Array(await subtle.exportKey('raw', made))));
}

/** Reads what `storeSecrets` has stored, as base64, and which error hides the rest. Runs in the page. */
export async function readSecrets(): Promise<Json> {
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await done(indexedDB.open('secrets', 1));
  const read = (key: string) => done(database.transaction('keys').objectStore('keys').get(key));
  const bytesOf = async (key: CryptoKey) =>
    btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.exportKey('raw', key))));
  const { hidden, open, list } = await read('all');
  const refused = await bytesOf(hidden).catch(({ name }: Error) => name);
  const result = [refused, await bytesOf(open), await bytesOf(list[0]), await bytesOf(await read('made'))];
  database.close();
  return result;
}
