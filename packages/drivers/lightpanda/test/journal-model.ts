import type { Op } from '../src/bridge/operations.js';

interface Store {
  readonly made: readonly unknown[];
  readonly indexes: Map<string, unknown>;
  readonly rows: Map<string, unknown>;
  generator: number;
}

interface Database {
  readonly version: number;
  readonly stores: Map<string, Store>;
}

interface Site {
  readonly local: Map<string, string>;
  readonly databases: Map<string, Database>;
}

/** What pages store, held in memory as a browser holds it. Throws for a change that no browser would accept. */
export function modelOf() {
  const sites = new Map<string, Site>();
  const siteOf = (origin: string): Site => {
    const site = sites.get(origin) ?? { local: new Map(), databases: new Map() };
    sites.set(origin, site);
    return site;
  };
  return {
    siteOf,
    apply(origin: string, ops: readonly Op[]): void {
      for (const op of ops) applyOne(siteOf(origin), op);
    },
    /** As a plain value. A site that stores nothing is left out. */
    content: () =>
      plain(new Map([...sites].filter(([, { local, databases }]) => local.size > 0 || databases.size > 0))) as object,
  };
}

function applyOne({ local, databases }: Site, op: Op): void {
  if (op[0] === 'clear-local') local.clear();
  else if (op[0] === 'drop-database') databases.delete(op[1]);
  else if (op[0] === 'local') {
    if (op[2] === null) local.delete(op[1]);
    else local.set(op[1], op[2]);
  } else if (op[0] === 'version') {
    const stores = databases.get(op[1])?.stores ?? new Map();
    databases.set(op[1], { version: op[2], stores });
  } else {
    const { stores } = found(databases, op[1]);
    if (op[0] !== 'store') change(stores, op);
    else stores.set(op[2], { made: [op[3], op[4]], indexes: new Map(), rows: new Map(), generator: 0 });
  }
}

type StoreOp = Exclude<Op, readonly ['version' | 'drop-database' | 'local' | 'clear-local' | 'store', ...unknown[]]>;

function change(stores: Map<string, Store>, op: StoreOp): void {
  const store = found(stores, op[2]);
  const { rows, indexes } = store;
  const raise = (to: number) => {
    store.generator = Math.max(store.generator, to);
  };
  if (op[0] === 'drop-store') stores.delete(op[2]);
  else if (op[0] === 'rename-store') {
    stores.delete(op[2]);
    stores.set(op[3], store);
  } else if (op[0] === 'index') indexes.set(op[3], op.slice(4));
  else if (op[0] === 'drop-index') indexes.delete(op[3]);
  else if (op[0] === 'rename-index') {
    const index = found(indexes, op[3]);
    indexes.delete(op[3]);
    indexes.set(op[4], index);
  } else if (op[0] === 'put') {
    rows.set(JSON.stringify(op[3]), op[4]);
    if (store.made[1] === true && typeof op[3] === 'number') raise(Math.floor(op[3]));
  } else if (op[0] === 'delete') for (const key of op[3]) rows.delete(JSON.stringify(key));
  else if (op[0] === 'clear') rows.clear();
  else raise(op[3]);
}

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
