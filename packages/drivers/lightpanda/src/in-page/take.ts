/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Json } from '@wakey/core';

/**
 * Returns the content of the site's localStorage and IndexedDB, each value in a form that JSON can express. Throws at a
 * value that has no such form, and names where the value is. Runs in the page, so it uses nothing from outside this
 * function.
 */
export async function take(): Promise<Json> {
  const parents = new Set<object>();
  const bytes = (view: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < view.length; at += 8_192) text += String.fromCharCode(...view.subarray(at, at + 8_192));
    return btoa(text);
  };
  const special = (value: object, place: string): Json | undefined => {
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    // As a string, because JSON has no NaN, which is the time of an invalid date.
    if (value instanceof Date) return { $: 'date', v: String(value.getTime()) };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: bytes(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      return { $: 'view', kind, v: bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    }
    if (value instanceof Map) return { $: 'map', v: [...value].map((pair) => pair.map((one) => carried(one, place))) };
    if (value instanceof Set) return { $: 'set', v: [...value].map((one) => carried(one, place)) };
    if (Array.isArray(value) && isDense(value)) return value.map((one, at) => carried(one, `${place}[${at}]`));
    // An array with holes, or with further properties.
    if (Array.isArray(value)) return { $: 'array', length: value.length, v: members(value, place) };
    if (kind !== 'Object') throw new TypeError(`${place} is a ${kind}, which no snapshot can carry`);
    return undefined;
  };
  const isDense = (value: readonly unknown[]) => {
    const keys = Object.keys(value);
    return keys.length === value.length && keys.every((key, at) => key === String(at));
  };
  const members = (value: object, place: string): Json =>
    Object.entries(value).map(([key, member]) => [key, carried(member, `${place}.${key}`)]);
  const carried = (value: unknown, place: string): Json => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value !== 'object') return { $: typeof value, v: Object.is(value, -0) ? '-0' : String(value) };
    if (parents.has(value)) throw new TypeError(`${place} contains itself, which no snapshot can carry`);
    parents.add(value);
    const json = special(value, place) ?? { $: 'object', v: members(value, place) };
    parents.delete(value);
    return json;
  };
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const takeStore = async (store: IDBObjectStore, place: string): Promise<Json> => {
    const [keys, values] = [store.getAllKeys(), store.getAll()];
    const indexes = [...store.indexNames].map((name) => {
      const { keyPath, unique, multiEntry } = store.index(name);
      return { name, keyPath, unique, multiEntry };
    });
    const [allKeys, allValues] = await Promise.all([done(keys), done(values)]);
    const records = allValues.map((value, at) => [carried(allKeys[at], place), carried(value, place)]);
    return { name: store.name, keyPath: store.keyPath, autoIncrement: store.autoIncrement, indexes, records };
  };
  const takeDatabase = async ({ name = '', version = 1 }: IDBDatabaseInfo): Promise<Json> => {
    const database = await done(indexedDB.open(name));
    const names = [...database.objectStoreNames];
    const stores = names.map((store) => takeStore(database.transaction(store).objectStore(store), `${name}/${store}`));
    try {
      return { name, version, stores: await Promise.all(stores) };
    } finally {
      database.close();
    }
  };
  const databases: Json[] = [];
  for (const info of await indexedDB.databases()) databases.push(await takeDatabase(info));
  return { localStorage: Object.entries(localStorage), databases };
}
