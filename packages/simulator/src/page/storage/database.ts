/** One IndexedDB database of the page. */
export interface Database {
  get(store: string, key: IDBValidKey): Promise<unknown>;
  /** Writes a value; resolves when it is on disk. */
  put(store: string, value: unknown): Promise<void>;
  delete(store: string, key: IDBValidKey): Promise<void>;
  /** Returns the result of one read request. */
  ask<T>(store: string, request: (records: IDBObjectStore) => IDBRequest<T>): Promise<T>;
  /**
   * Changes several stores in one transaction; resolves when it is complete. As in the real page, the browser writes
   * it to the disk, but does not wait for the disk.
   */
  commit(stores: readonly string[], change: (transaction: IDBTransaction) => void): Promise<void>;
  close(): void;
}

/** Names of the databases, and of their stores with the keys of those. */
export const databases = {
  wawc: { user: 'key' },
  wawc_db_enc: { keys: 'id' },
  'signal-storage': { 'signal-meta-store': 'key' },
  'model-storage': { message: 'id', chat: 'id' },
  'signal-sessions': { session: 'peer', 'sender-key': 'name', prekey: 'id', message: 'number' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The databases whose stores have an index, with the store and the field. */
const indexes: Readonly<Record<string, readonly [store: string, field: string]>> = {
  'signal-sessions': ['message', 'id'],
};

const opened = new Map<string, Promise<IDBDatabase>>();

/** Opens a database and creates its stores if the database is new. */
export async function openDatabase(name: keyof typeof databases): Promise<Database> {
  const known = opened.get(name) ?? open(name);
  opened.set(name, known);
  // A database that could not be opened is opened anew by the next caller.
  known.catch(() => opened.delete(name));
  const database = await known;
  return {
    get: (store, key) => settled(database.transaction(store).objectStore(store).get(key)),
    put: (store, value) => write(database, store, (records) => records.put(value)),
    delete: (store, key) => write(database, store, (records) => records.delete(key)),
    ask: (store, request) => settled(request(database.transaction(store).objectStore(store))),
    commit: (stores, change) => committed(database.transaction(stores, 'readwrite', { durability: 'relaxed' }), change),
    close: () => database.close(),
  };
}

/** Whether a database exists; opening it would create it. */
export async function hasDatabase(name: keyof typeof databases): Promise<boolean> {
  const known = await indexedDB.databases();
  return known.some((database) => database.name === name);
}

/** Deletes every database of the page. */
export async function deleteDatabases(): Promise<void> {
  for (const database of await Promise.all(opened.values())) database.close();
  opened.clear();
  const known = await indexedDB.databases();
  await Promise.all(known.map(({ name }) => name !== undefined && settled(indexedDB.deleteDatabase(name))));
}

function open(name: keyof typeof databases): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(databases[name]))
      request.result.createObjectStore(store, { keyPath });
    const [store, field] = indexes[name] ?? [];
    if (store !== undefined && field !== undefined)
      request.transaction?.objectStore(store).createIndex(field, field, { unique: true });
  };
  return settled(request).then((database) => {
    // Close the database, so that another tab that erases the storage does not wait for this tab.
    database.onversionchange = () => database.close();
    return database;
  });
}

function write(database: IDBDatabase, store: string, change: (records: IDBObjectStore) => void): Promise<void> {
  const transaction = database.transaction(store, 'readwrite', { durability: 'strict' });
  return committed(transaction, () => change(transaction.objectStore(store)));
}

function committed(transaction: IDBTransaction, change: (transaction: IDBTransaction) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    change(transaction);
  });
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
