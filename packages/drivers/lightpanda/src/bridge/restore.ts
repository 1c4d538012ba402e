/// <reference lib="dom" />
import { decode } from './codec.js';
import { done } from './done.js';
import type { Op } from './operations.js';

/**
 * Applies recorded changes, in a document in which nothing else runs. The function leaves the databases open, so that several calls can
 * fill one database; `end` closes them. Runs in the page.
 */
export async function restore(ops: readonly Op[]): Promise<null> {
  let at = 0;
  while (at < ops.length) {
    const [name, database = ''] = ops[at] as Op;
    let end = at + 1;
    if (name === 'local') localStorage.setItem(database, String(ops[at]?.[2]));
    else if (name === 'version') {
      while (end < ops.length && ops[end]?.[1] === database && isSchema(ops[end] as Op)) end += 1;
      opened.set(database, await create(ops.slice(at, end)));
    } else {
      while (end < ops.length && ops[end]?.[1] === database && !isSchema(ops[end] as Op)) end += 1;
      await fill(opened.get(database) as IDBDatabase, ops.slice(at, end));
    }
    at = end;
  }
  return null;
}

/** Closes the databases that `restore` has opened. */
export function end(): null {
  for (const database of opened.values()) database.close();
  opened.clear();
  return null;
}

const opened = new Map<string, IDBDatabase>();

function isSchema([name]: Op): boolean {
  return name === 'version' || name === 'store' || name === 'index';
}

async function create(ops: readonly Op[]): Promise<IDBDatabase> {
  const [[, name, version]] = ops as readonly [Op];
  const opening = indexedDB.open(String(name), Number(version));
  opening.onupgradeneeded = () => {
    const stores = new Map<string, IDBObjectStore>();
    for (const op of ops) {
      if (op[0] === 'store') {
        const [, , store, keyPath, autoIncrement] = op;
        stores.set(
          store,
          opening.result.createObjectStore(store, { keyPath: keyPath as string | null, autoIncrement }),
        );
      } else if (op[0] === 'index') {
        const [, , store, index, keyPath, unique, multiEntry] = op;
        stores.get(store)?.createIndex(index, keyPath as string, { unique, multiEntry });
      }
    }
  };
  return done(opening);
}

function fill(database: IDBDatabase, ops: readonly Op[]): Promise<void> {
  const stores = [...new Set(ops.map((op) => String(op[2])))];
  const transaction = database.transaction(stores, 'readwrite');
  for (const op of ops) {
    const store = transaction.objectStore(String(op[2]));
    if (op[0] === 'put') put(store, decode(op[3]) as IDBValidKey, decode(op[4]));
    else if (op[0] === 'generator') bump(store, op[3]);
  }
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
  });
}

function put(store: IDBObjectStore, key: IDBValidKey, value: unknown): void {
  if (store.keyPath === null) {
    store.put(value, key);
    return;
  }
  // A generated key was written into the record by the browser, after the page had given it.
  if (store.autoIncrement && typeof store.keyPath === 'string') setAt(value as Members, store.keyPath.split('.'), key);
  store.put(value);
}

interface Members {
  [name: string]: unknown;
}

/** Sets the member of a record at a path. Creates the objects on the way to it that are missing. */
function setAt(record: Members, [name = '', ...others]: readonly string[], value: unknown): void {
  if (others.length === 0) {
    record[name] = value;
    return;
  }
  record[name] ??= {};
  setAt(record[name] as Members, others, value);
}

/** Lets the key generator continue after its highest number, also if the record with this number was removed. */
function bump(store: IDBObjectStore, highest: number): void {
  const before = store.getKey(highest);
  before.onsuccess = () => {
    if (before.result !== undefined) return;
    put(store, highest, {});
    store.delete(highest);
  };
}
