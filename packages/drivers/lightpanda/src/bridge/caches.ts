/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { done } from './done.js';
import { wrapMethod } from './wrap.js';

/** One stored answer. */
interface Entry {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: ArrayBuffer;
}

/**
 * `caches` for a browser without them: the methods that a page needs to store whole answers by their addresses. They lie in a database
 * of their own, which the page does not see. Runs in the page.
 */
export function bridgeCaches(): void {
  const { open, databases } = IDBFactory.prototype;
  const opened = once(() => {
    const request = open.call(indexedDB, NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('caches');
      request.result.createObjectStore('entries');
    };
    return done(request);
  });
  const store = async (name: 'caches' | 'entries', mode: IDBTransactionMode) =>
    (await opened()).transaction(name, mode).objectStore(name);
  const range = (cache: string) => IDBKeyRange.bound([cache], [cache, []]);
  const match = async (cache: string, request: RequestInfo | URL): Promise<Response | undefined> => {
    const entry: Entry | undefined = await done((await store('entries', 'readonly')).get([cache, addressOf(request)]));
    if (entry === undefined) return undefined;
    const { status, headers, body } = entry;
    return new Response(body, { status, headers });
  };
  const names = async (): Promise<string[]> =>
    (await done((await store('caches', 'readonly')).getAllKeys())).map(String);

  const cacheOf = (cache: string) => ({
    match: (request: RequestInfo | URL) => match(cache, request),
    async put(request: RequestInfo | URL, response: Response): Promise<void> {
      const entry: Entry = {
        status: response.status,
        headers: [...response.headers],
        body: await response.arrayBuffer(),
      };
      await done((await store('entries', 'readwrite')).put(entry, [cache, addressOf(request)]));
    },
    async delete(request: RequestInfo | URL): Promise<boolean> {
      const key = [cache, addressOf(request)];
      const isThere = (await done((await store('entries', 'readonly')).getKey(key))) !== undefined;
      await done((await store('entries', 'readwrite')).delete(key));
      return isThere;
    },
    async keys(): Promise<Request[]> {
      const keys = await done((await store('entries', 'readonly')).getAllKeys(range(cache)));
      return keys.map((key) => new Request(String((key as [string, string])[1])));
    },
  });
  const caches = {
    async open(cache: string) {
      await done((await store('caches', 'readwrite')).put(true, cache));
      return cacheOf(cache);
    },
    has: async (cache: string) => (await names()).includes(cache),
    keys: names,
    async match(request: RequestInfo | URL) {
      for (const name of await names()) {
        const found = await match(name, request);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async delete(cache: string): Promise<boolean> {
      const isThere = await caches.has(cache);
      await done((await store('entries', 'readwrite')).delete(range(cache)));
      await done((await store('caches', 'readwrite')).delete(cache));
      return isThere;
    },
  };
  Object.defineProperty(globalThis, 'caches', { value: caches, configurable: true, enumerable: true });
  wrapMethod(IDBFactory.prototype, 'databases', () => async (self) => {
    const all = (await databases.call(self as IDBFactory)) as IDBDatabaseInfo[];
    return all.filter(({ name }) => name !== NAME);
  });
}

const NAME = '@wakey/caches';

function addressOf(request: RequestInfo | URL): string {
  return new URL(request instanceof Request ? request.url : String(request), location.href).href;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
