/// <reference lib="dom" />
import type { Json } from '@wakey/core';
import { encodeKey, openEncoder } from './codec.js';
import { holdEvent, holdHandlers } from './hold.js';
import type { Op } from './operations.js';
import type { Reporter } from './reporter.js';
import { wrapGetter, wrapMethod, wrapSetter } from './wrap.js';

/** What one transaction has done so far. Each part returns its change once its request has ended; `undefined` if the request failed. */
interface Log {
  readonly parts: (() => Op | undefined)[];
  readonly pending: Promise<void>[];
}

/** The log of a transaction. */
type LogOf = (transaction: IDBTransaction) => Log;

/**
 * Reports each transaction of the page's databases once the transaction has committed: all its changes, in order, without the
 * requests that failed. The page gets `complete` when the driver has the changes on the disk, and with it the changes of all
 * transactions that committed before. Until then the browser may already run the next transaction, whose requests see these changes. Runs
 * in the page.
 */
export function recordDatabases(reporter: Reporter): void {
  const logs = new WeakMap<IDBTransaction, Log>();
  const logOf: LogOf = (transaction) => {
    const known = logs.get(transaction);
    if (known !== undefined) return known;
    const log: Log = { parts: [], pending: [] };
    logs.set(transaction, log);
    holdEvent(transaction, 'complete', (release) => {
      if (log.parts.length === 0) return reporter.afterwards(release);
      reporter.report(() => log.parts.map((part) => part()).filter((op) => op !== undefined), log.pending, release);
      return true;
    });
    return log;
  };
  holdHandlers(IDBTransaction.prototype, 'oncomplete', (transaction) => logOf(transaction) !== undefined);
  recordSchema(logOf, reporter);
  recordRows(logOf);
  recordCursors(logOf);
}

function recordSchema(logOf: LogOf, { report, afterwards }: Reporter): void {
  /** The databases that are being opened: `deleteObjectStore` names no transaction that it belongs to. */
  const opening = new Set<IDBOpenDBRequest>();
  const held = new WeakSet<IDBRequest>();
  holdHandlers(IDBRequest.prototype, 'onsuccess', (request) => held.has(request));
  // Before 1.0.1 a handler of the page is called before the listener below, and gets the transaction of the upgrade here.
  wrapGetter(IDBRequest.prototype, 'transaction', (native) => (self) => {
    const transaction = native(self) as IDBTransaction | null;
    if (transaction?.mode === 'versionchange') logOf(transaction);
    return transaction;
  });
  const upgradeOf = (database: IDBDatabase) =>
    [...opening].find((request) => request.readyState === 'done' && request.result === database)?.transaction;
  wrapMethod(IDBFactory.prototype, 'open', (native) => (self, ...given) => {
    const request = native(self, ...given) as IDBOpenDBRequest;
    const name = String(given[0]);
    opening.add(request);
    held.add(request);
    for (const event of ['success', 'error']) request.addEventListener(event, () => void opening.delete(request));
    // After an upgrade, the upgrade is on the disk first.
    holdEvent(request, 'success', afterwards);
    request.addEventListener('upgradeneeded', ({ newVersion }) => {
      const { transaction } = request;
      // Before 1.0.2 the page's own handler runs first, and may have changed the database already.
      if (transaction !== null) logOf(transaction).parts.unshift(() => ['version', name, newVersion ?? 1]);
    });
    return request;
  });
  wrapMethod(IDBFactory.prototype, 'deleteDatabase', (native) => (self, ...given) => {
    const request = native(self, ...given) as IDBOpenDBRequest;
    held.add(request);
    holdEvent(request, 'success', (release) => {
      report(() => [['drop-database', String(given[0])]], [], release);
      return true;
    });
    return request;
  });
  wrapMethod(IDBDatabase.prototype, 'transaction', (native) => (self, ...given) => {
    const transaction = native(self, ...given) as IDBTransaction;
    logOf(transaction);
    return transaction;
  });
  wrapMethod(IDBDatabase.prototype, 'createObjectStore', (native) => (self, ...given) => {
    const store = native(self, ...given) as IDBObjectStore;
    const op: Op = ['store', (self as IDBDatabase).name, store.name, store.keyPath as Json, store.autoIncrement];
    logOf(store.transaction).parts.push(() => op);
    return store;
  });
  wrapMethod(IDBDatabase.prototype, 'deleteObjectStore', (native) => (self, ...given) => {
    const database = self as IDBDatabase;
    const transaction = upgradeOf(database) ?? undefined;
    const result = native(self, ...given);
    if (transaction !== undefined) {
      logOf(transaction).parts.push(() => ['drop-store', database.name, String(given[0])]);
    }
    return result;
  });
  wrapMethod(IDBObjectStore.prototype, 'createIndex', (native) => (self, ...given) => {
    const index = native(self, ...given) as IDBIndex;
    const { name, keyPath, unique, multiEntry, objectStore } = index;
    const op: Op = ['index', databaseOf(objectStore), objectStore.name, name, keyPath as Json, unique, multiEntry];
    logOf(objectStore.transaction).parts.push(() => op);
    return index;
  });
  wrapMethod(IDBObjectStore.prototype, 'deleteIndex', (native) => (self, ...given) => {
    const store = self as IDBObjectStore;
    const result = native(self, ...given);
    const op: Op = ['drop-index', databaseOf(store), store.name, String(given[0])];
    logOf(store.transaction).parts.push(() => op);
    return result;
  });
  wrapSetter(IDBObjectStore.prototype, 'name', (native) => (self, value) => {
    const store = self as IDBObjectStore;
    const before = store.name;
    native(self, value);
    const op: Op = ['rename-store', databaseOf(store), before, store.name];
    logOf(store.transaction).parts.push(() => op);
  });
  wrapSetter(IDBIndex.prototype, 'name', (native) => (self, value) => {
    const { objectStore, name: before } = self as IDBIndex;
    native(self, value);
    const op: Op = ['rename-index', databaseOf(objectStore), objectStore.name, before, (self as IDBIndex).name];
    logOf(objectStore.transaction).parts.push(() => op);
  });
}

function recordRows(logOf: LogOf): void {
  for (const method of ['put', 'add'] as const) {
    wrapMethod(IDBObjectStore.prototype, method, (native) => (self, ...given) => {
      return recordPut(logOf, self as IDBObjectStore, given[0], () => native(self, ...given));
    });
  }
  wrapMethod(IDBObjectStore.prototype, 'delete', (native) => (self, ...given) => {
    const store = self as IDBObjectStore;
    const [query] = given;
    // Requests run in order, so these are the keys that the deletion removes.
    const keys = query instanceof IDBKeyRange ? store.getAllKeys(query) : undefined;
    const request = native(self, ...given) as IDBRequest<undefined>;
    const [database, name] = [databaseOf(store), store.name];
    const one = keys === undefined ? [encodeKey(query)] : [];
    logOf(store.transaction).parts.push(() => {
      if (request.error !== null) return undefined;
      return ['delete', database, name, keys?.result.map(encodeKey) ?? one];
    });
    return request;
  });
  wrapMethod(IDBObjectStore.prototype, 'clear', (native) => (self, ...given) => {
    const store = self as IDBObjectStore;
    const request = native(self, ...given) as IDBRequest<undefined>;
    const op: Op = ['clear', databaseOf(store), store.name];
    logOf(store.transaction).parts.push(() => (request.error === null ? op : undefined));
    return request;
  });
}

/** Records what `store` does with a value. A value that has no form is refused before the browser stores it. */
function recordPut(logOf: LogOf, store: IDBObjectStore, given: unknown, put: () => unknown): unknown {
  const { encode, pending } = openEncoder();
  // The page may change the value later, so it is read now.
  const value = encode(given);
  const request = put() as IDBRequest<IDBValidKey>;
  const log = logOf(store.transaction);
  log.pending.push(...pending);
  const [database, name] = [databaseOf(store), store.name];
  log.parts.push(() => {
    if (request.error !== null) return undefined;
    return ['put', database, name, encodeKey(request.result), value];
  });
  return request;
}

function recordCursors(logOf: LogOf): void {
  wrapMethod(IDBCursor.prototype, 'update', (native) => (self, ...given) => {
    return recordPut(logOf, storeOf(self as IDBCursor), given[0], () => native(self, ...given));
  });
  wrapMethod(IDBCursor.prototype, 'delete', (native) => (self, ...given) => {
    const store = storeOf(self as IDBCursor);
    const key = encodeKey((self as IDBCursor).primaryKey);
    const request = native(self, ...given) as IDBRequest<undefined>;
    const op: Op = ['delete', databaseOf(store), store.name, [key]];
    logOf(store.transaction).parts.push(() => (request.error === null ? op : undefined));
    return request;
  });
}

function databaseOf(store: IDBObjectStore): string {
  return store.transaction.db.name;
}

function storeOf({ source }: IDBCursor): IDBObjectStore {
  return source instanceof IDBIndex ? source.objectStore : source;
}
