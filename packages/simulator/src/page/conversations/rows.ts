import type { Prekey, SealedMessage } from '../../ratchet/header.ts';
import type { Commit } from '../../ratchet/holding.ts';
import type { KnownSenderKey, SenderKey } from '../../ratchet/sender-key.ts';
import type { Session } from '../../ratchet/session.ts';
import { type Database, hasDatabase, openDatabase } from '../storage/database.ts';
import { type Box, openRowKey } from './row-key.ts';

/** A counter that a commit changes, with the store and the key of its row. */
export type CounterRow =
  | { readonly store: 'session'; readonly key: string; readonly value: Session }
  | { readonly store: 'sender-key'; readonly key: string; readonly value: SenderKey | KnownSenderKey };

/** One commit: a message, and the counters that it changes, in one transaction. */
export interface MessageCommit extends Commit {
  readonly peer: string;
  readonly message: SealedMessage;
  readonly counters: CounterRow;
  /** Id of the prekey that the message used up. */
  readonly usedPrekey?: number;
}

/** Everything that the page stores of its conversations. */
export interface Rows {
  readonly newest: Commit;
  /** The first number below the newest whose row is missing. */
  readonly firstMissing?: number;
  readonly isWhole: boolean;
  readonly sessions: ReadonlyMap<string, Session>;
  readonly senderKeys: ReadonlyMap<string, SenderKey | KnownSenderKey>;
  readonly prekeys: readonly Prekey[];
  readonly nextPrekey: number;
}

/** The contents of a storage without conversations. */
export const noRows: Rows = {
  newest: { number: 0, mark: '' },
  isWhole: true,
  sessions: new Map(),
  senderKeys: new Map(),
  prekeys: [],
  nextPrekey: 1,
};

const name = 'signal-sessions';

/** Reads everything but the messages, and checks which messages are there. Creates no database if there is none. */
export async function readRows(): Promise<Rows> {
  if (!(await hasDatabase(name))) return noRows;
  const database = await openDatabase(name);
  const [newest, rowKey] = [await newestOf(database), await openRowKey()];
  const read = (store: string): Promise<CounterRecord[]> => database.ask(store, (records) => records.getAll());
  const [sessions, senderKeys, prekeys] = [await read('session'), await read('sender-key'), await read('prekey')];
  const opened = async <T>(records: readonly CounterRecord[]): Promise<Map<string, T>> =>
    new Map(await Promise.all(records.map(async (one) => [keyOf(one), (await rowKey.open(one)) as T] as const)));
  const kept = await opened<{ readonly key: string; readonly next: number }>(prekeys);
  const next = kept.get(String(nextPlace))?.next ?? 1;
  kept.delete(String(nextPlace));
  const missing = await firstMissing(database, newest.number);
  return {
    newest,
    ...(missing === undefined ? {} : { firstMissing: missing }),
    isWhole: await areWhole(database, newest.number, [...sessions, ...senderKeys]),
    sessions: await opened(sessions),
    senderKeys: await opened(senderKeys),
    prekeys: [...kept].map(([id, { key }]) => ({ id: Number(id), key })),
    nextPrekey: next,
  };
}

/** Writes a message and its counters in one transaction. */
export async function commitMessage({
  number,
  mark,
  peer,
  message,
  counters,
  usedPrekey,
}: MessageCommit): Promise<void> {
  const [database, rowKey] = [await openDatabase(name), await openRowKey()];
  const [sealedMessage, sealedCounters] = [await rowKey.seal(message), await rowKey.seal(counters.value)];
  const { store, key } = counters;
  const record = { [store === 'session' ? 'peer' : 'name']: key, commit: number, ...sealedCounters };
  await database.commit(['message', store, 'prekey'], (transaction) => {
    transaction.objectStore('message').add({ number, mark, id: message.id, peer, counters: key, ...sealedMessage });
    transaction.objectStore(store).put(record);
    if (usedPrekey !== undefined) transaction.objectStore('prekey').delete(usedPrekey);
  });
}

/** Returns the commit of a message that the page has read before. */
export async function findCommit(id: string): Promise<Commit | undefined> {
  if (!(await hasDatabase(name))) return undefined;
  const database = await openDatabase(name);
  const found: MessageRecord | undefined = await database.ask('message', (records) => records.index('id').get(id));
  return found && { number: found.number, mark: found.mark };
}

/** Writes new prekeys. The ids never come twice: the row with id 0 has the next one. */
export async function commitPrekeys(prekeys: readonly Prekey[], next: number): Promise<void> {
  const [database, rowKey] = [await openDatabase(name), await openRowKey()];
  const records = await Promise.all(
    prekeys.map(async ({ id, key }) => ({ id, commit: 0, ...(await rowKey.seal({ key })) })),
  );
  const counter = { id: nextPlace, commit: 0, ...(await rowKey.seal({ next })) };
  await database.commit(['prekey'], (transaction) => {
    for (const record of [...records, counter]) transaction.objectStore('prekey').put(record);
  });
}

const nextPlace = 0;

interface CounterRecord extends Box {
  readonly peer?: string;
  readonly name?: string;
  readonly id?: number;
  /** Number of the commit that wrote the row last. */
  readonly commit: number;
}

interface MessageRecord extends Commit, Box {
  readonly id: string;
  /** Key of the counters that the message changed. */
  readonly counters: string;
}

function keyOf({ peer, name: key, id }: CounterRecord): string {
  return peer ?? key ?? String(id);
}

async function newestOf(database: Database): Promise<Commit> {
  const last = await database.ask('message', (records) => records.openCursor(null, 'prev'));
  const record = last?.value as MessageRecord | undefined;
  return record === undefined ? noRows.newest : { number: record.number, mark: record.mark };
}

/** Returns the first number that is missing. All numbers are there if there are as many rows as the newest says. */
async function firstMissing(database: Database, newest: number): Promise<number | undefined> {
  const count = (from: number, to: number): Promise<number> =>
    database.ask('message', (records) => records.count(IDBKeyRange.bound(from, to)));
  let [from, to] = [1, newest];
  if (newest === 0 || (await count(from, to)) === newest) return undefined;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((await count(from, middle)) === middle - from + 1) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Whether the counters come from commits that are there, and the newest commit has its counters. */
async function areWhole(database: Database, newest: number, counters: readonly CounterRecord[]): Promise<boolean> {
  for (const record of counters) {
    const message = (await database.get('message', record.commit)) as MessageRecord | undefined;
    if (message?.counters !== keyOf(record)) return false;
  }
  return newest === Math.max(0, ...counters.map(({ commit }) => commit));
}
