import type { Cookie, Json } from '@wakey/core';
import type { Op } from '../bridge/operations.js';
import type { Entry } from './entry.js';

/** One object store, from its creation on. */
interface Store {
  /** Numbers the stores in the order in which they were created, because names may be used again. */
  readonly number: number;
  name: string;
  readonly keyPath: Json;
  readonly autoIncrement: boolean;
  readonly indexes: Map<string, readonly [keyPath: Json, unique: boolean, multiEntry: boolean]>;
  /** By the key as JSON: the number of the `put` that wrote the record. */
  readonly rows: Map<string, number>;
  generator: number;
}

interface Database {
  version: number;
  readonly stores: Map<string, Store>;
}

interface Site {
  readonly local: Map<string, string>;
  readonly databases: Map<string, Database>;
}

/** What all entries of a journal together have stored, without the values of the records. */
export interface Live {
  /** `length`: of the entry as JSON, in bytes. */
  add(entry: Entry, length: number): void;
  readonly cookies: () => readonly Cookie[];
  origins(): readonly string[];
  /** Whether a page stores anything. */
  isEmpty(): boolean;
  /** About how many bytes of the entries hold records that are still stored. */
  bytes(): number;
  /** The changes that make the databases and the localStorage of an origin, without records. */
  frame(origin: string): readonly Op[];
  /** The changes that set the key generators of an origin, after its records. */
  generators(origin: string): readonly Op[];
  /**
   * Goes through the same entries once more. `records` returns the records that an entry wrote and that are still stored, under the
   * names that their stores have at the end.
   */
  again(origin: string): { records(entry: Entry): readonly Op[] };
}

/** Nothing is stored yet. */
export function openLive(): Live {
  const sites = new Map<string, Site>();
  const sizes: number[] = [];
  const stores: Store[] = [];
  let cookies: readonly Cookie[] = [];
  let bytes = 0;
  let puts = 0;

  const siteOf = (origin: string): Site => {
    const site = sites.get(origin) ?? { local: new Map(), databases: new Map() };
    sites.set(origin, site);
    return site;
  };
  const forget = (put: number | undefined) => {
    if (put !== undefined) bytes -= sizes[put] ?? 0;
  };
  const empty = (store: Store | undefined) => {
    for (const put of store?.rows.values() ?? []) forget(put);
    store?.rows.clear();
  };
  const apply = (site: Site, op: Op, length: number) => {
    if (op[0] === 'local') return op[2] === null ? void site.local.delete(op[1]) : void site.local.set(op[1], op[2]);
    if (op[0] === 'clear-local') return site.local.clear();
    const database = site.databases.get(op[1]);
    const store = op.length > 2 ? database?.stores.get(String(op[2])) : undefined;
    switch (op[0]) {
      case 'version':
        if (database === undefined) site.databases.set(op[1], { version: op[2], stores: new Map() });
        else database.version = op[2];
        return;
      case 'drop-database':
        for (const each of database?.stores.values() ?? []) empty(each);
        site.databases.delete(op[1]);
        return;
      case 'store': {
        const [, , name, keyPath, autoIncrement] = op;
        const made = {
          number: stores.length,
          name,
          keyPath,
          autoIncrement,
          indexes: new Map(),
          rows: new Map(),
          generator: 0,
        };
        stores.push(made);
        database?.stores.set(name, made);
        return;
      }
      case 'drop-store':
        empty(store);
        database?.stores.delete(op[2]);
        return;
      case 'rename-store':
        if (store === undefined) return;
        database?.stores.delete(op[2]);
        store.name = op[3];
        database?.stores.set(op[3], store);
        return;
      case 'index':
        store?.indexes.set(op[3], [op[4], op[5], op[6]]);
        return;
      case 'drop-index':
        store?.indexes.delete(op[3]);
        return;
      case 'rename-index': {
        const index = store?.indexes.get(op[3]);
        store?.indexes.delete(op[3]);
        if (index !== undefined) store?.indexes.set(op[4], index);
        return;
      }
      case 'put': {
        const key = JSON.stringify(op[3]);
        forget(store?.rows.get(key));
        store?.rows.set(key, puts);
        sizes[puts] = store === undefined ? 0 : length;
        bytes += sizes[puts] ?? 0;
        puts += 1;
        if (store?.autoIncrement && typeof op[3] === 'number')
          store.generator = Math.max(store.generator, Math.floor(op[3]));
        return;
      }
      case 'delete':
        for (const key of op[3].map((one) => JSON.stringify(one))) {
          forget(store?.rows.get(key));
          store?.rows.delete(key);
        }
        return;
      case 'clear':
        return empty(store);
      case 'generator':
        if (store !== undefined) store.generator = Math.max(store.generator, op[3]);
        return;
    }
  };

  return {
    add(entry, length) {
      if ('cookies' in entry) {
        cookies = entry.cookies;
        return;
      }
      const site = siteOf(entry.origin);
      for (const op of entry.ops) apply(site, op, length / entry.ops.length);
    },
    cookies: () => cookies,
    origins: () => [...sites.keys()].filter((origin) => !isBare(sites.get(origin))),
    isEmpty: () => [...sites.values()].every(({ local, databases }) => local.size === 0 && !hasRows(databases)),
    bytes: () => bytes,
    frame: (origin) => frameOf(sites.get(origin)),
    generators: (origin) =>
      [...(sites.get(origin)?.databases ?? [])].flatMap(([name, database]) =>
        [...database.stores.values()]
          .filter(({ generator }) => generator > 0)
          .map((store): Op => ['generator', name, store.name, store.generator]),
      ),
    again(origin) {
      const follow = followNames();
      let put = 0;
      return {
        records(entry) {
          if ('cookies' in entry) return [];
          const isWanted = entry.origin === origin;
          const records: Op[] = [];
          for (const op of entry.ops) {
            const number = follow(entry.origin, op);
            if (op[0] !== 'put') continue;
            const store = stores[number ?? -1];
            if (isWanted && store?.rows.get(JSON.stringify(op[3])) === put) {
              records.push(['put', op[1], store.name, op[3], op[4]]);
            }
            put += 1;
          }
          return records;
        },
      };
    },
  };
}

function isBare(site: Site | undefined): boolean {
  return site === undefined || (site.local.size === 0 && site.databases.size === 0);
}

function hasRows(databases: ReadonlyMap<string, Database>): boolean {
  return [...databases.values()].some(({ stores }) => [...stores.values()].some(({ rows }) => rows.size > 0));
}

function frameOf(site: Site | undefined): readonly Op[] {
  if (site === undefined) return [];
  const local = [...site.local].map(([key, value]): Op => ['local', key, value]);
  const databases = [...site.databases].flatMap(([name, { version, stores }]): readonly Op[] => [
    ['version', name, version],
    ...[...stores.values()].flatMap(({ name: store, keyPath, autoIncrement, indexes }): readonly Op[] => [
      ['store', name, store, keyPath, autoIncrement],
      ...[...indexes].map(([index, [path, unique, multi]]): Op => ['index', name, store, index, path, unique, multi]),
    ]),
  ]);
  return [...local, ...databases];
}

/** Follows which store a name means at each moment, when the entries are gone through once more. */
function followNames() {
  const numbers = new Map<string, Map<string, number>>();
  let created = 0;
  /** Returns the number of the store that a change is about. */
  return (origin: string, op: Op): number | undefined => {
    if (op[0] === 'local' || op[0] === 'clear-local') return undefined;
    const key = JSON.stringify([origin, op[1]]);
    const stores = numbers.get(key) ?? new Map<string, number>();
    numbers.set(key, stores);
    if (op[0] === 'drop-database') stores.clear();
    if (op[0] === 'store') {
      stores.set(op[2], created);
      created += 1;
    }
    const number = op.length > 2 ? stores.get(String(op[2])) : undefined;
    if (op[0] === 'drop-store') stores.delete(op[2]);
    if (op[0] === 'rename-store' && number !== undefined) {
      stores.delete(op[2]);
      stores.set(op[3], number);
    }
    return number;
  };
}
