/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Json } from '@wakey/core';

/** The content of localStorage and IndexedDB, as `take` returns it. */
export interface Kept {
  readonly localStorage: readonly (readonly [string, string])[];
  readonly databases: readonly KeptDatabase[];
}

interface KeptDatabase {
  readonly name: string;
  readonly version: number;
  readonly stores: readonly KeptStore[];
}

interface KeptStore {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly autoIncrement: boolean;
  readonly indexes: readonly {
    readonly name: string;
    readonly keyPath: string | string[];
    readonly unique: boolean;
    readonly multiEntry: boolean;
  }[];
  readonly records: readonly (readonly [Json, Json])[];
}

/** A value that JSON cannot express, such as a Date: `$` names its type, `v` holds its content. */
interface Carried {
  readonly $: string;
  readonly v: never;
  readonly kind: string;
  readonly length: number;
}

/**
 * Replaces the localStorage and the IndexedDB of the site by the content of a snapshot. Runs in the page, so it uses
 * nothing from outside this function.
 */
export async function putBack(given: Json): Promise<null> {
  const kept = given as unknown as Kept;
  const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const makers: Readonly<Record<string, (v: never, kind: string, length: number) => unknown>> = {
    undefined: () => undefined,
    number: (v: string) => Number(v),
    bigint: (v: string) => BigInt(v),
    date: (v: string) => new Date(Number(v)),
    buffer: (v: string) => bytes(v).buffer,
    view: (v: string, kind) => Reflect.construct(Reflect.get(globalThis, kind), [bytes(v).buffer]),
    map: (v: readonly (readonly [Json, Json])[]) => new Map(v.map(([key, value]) => [made(key), made(value)])),
    set: (v: readonly Json[]) => new Set(v.map(made)),
    array: (v: readonly (readonly [string, Json])[], _, length) => {
      const array: unknown[] & Record<string, unknown> = Object.assign(new Array(length));
      for (const [key, value] of v) array[key] = made(value);
      return array;
    },
    object: (v: readonly (readonly [string, Json])[]) =>
      Object.fromEntries(v.map(([key, value]) => [key, made(value)])),
  };
  const made = (json: Json): unknown => {
    if (Array.isArray(json)) return json.map(made);
    if (json === null || typeof json !== 'object') return json;
    const { $, v, kind, length } = json as unknown as Carried;
    return makers[$]?.(v, kind, length);
  };
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const remove = (name: string) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error(`the page still has the database ${name} open`));
    });
  const create = async ({ name, version, stores }: KeptDatabase) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => {
      for (const { name: store, keyPath, autoIncrement, indexes } of stores) {
        const created = opening.result.createObjectStore(store, { keyPath, autoIncrement });
        for (const { name: index, keyPath: path, ...options } of indexes) created.createIndex(index, path, options);
      }
    };
    const database = await done(opening);
    for (const { name: store, keyPath, records } of stores) {
      const target = database.transaction(store, 'readwrite').objectStore(store);
      const puts = records.map(([key, value]) =>
        keyPath === null ? target.put(made(value), made(key) as IDBValidKey) : target.put(made(value)),
      );
      await Promise.all(puts.map(done));
    }
    database.close();
  };

  for (const { name = '' } of await indexedDB.databases()) await remove(name);
  localStorage.clear();
  for (const [key, value] of kept.localStorage) localStorage.setItem(key, value);
  for (const database of kept.databases) await create(database);
  return null;
}
