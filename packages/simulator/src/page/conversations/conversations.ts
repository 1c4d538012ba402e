import type { BackendMessage } from '../../protocol.ts';
import { hashOf } from '../../ratchet/hash.ts';
import type { Prekey, Refusal, SealedMessage } from '../../ratchet/header.ts';
import type { HeldSession, Holding, ToldCommit } from '../../ratchet/holding.ts';
import { type KnownSenderKey, readForGroup, type SenderKey, sealForGroup } from '../../ratchet/sender-key.ts';
import { answerSession, read, type Session, seal } from '../../ratchet/session.ts';
import { randomHex } from '../bytes.ts';
import type { Line } from '../context.ts';
import { type CounterRow, commitMessage, commitPrekeys, findCommit, noRows, type Rows, readRows } from './rows.ts';

/** The page's conversations. The page answers and writes only when the service asks it to, in place of a user. */
export interface Conversations {
  /** Reads the storage and tells the service what it holds; resolves when the service knows. */
  connect(): Promise<void>;
  readonly handlers: { readonly [T in Incoming['type']]: (message: Extract<Incoming, { type: T }>) => void };
}

type Incoming = Extract<BackendMessage, { type: 'message' | 'write' | 'want-prekeys' }>;

/** See {@link Conversations}. The page works on one message at a time, and tells the service after the commit. */
export function makeConversations({ line }: { readonly line: Line }): Conversations {
  let rows: Rows = noRows;
  let queue = Promise.resolve();

  function enqueue(task: () => Promise<void>): Promise<void> {
    queue = queue.then(task).catch((error: unknown) => line.send({ type: 'storage-failed', reason: String(error) }));
    return queue;
  }

  async function connect(): Promise<void> {
    const found = await readRows().catch((error: unknown) => ({ ...noRows, problem: String(error) }));
    rows = found;
    // If the connection is lost meanwhile, the page tells the service at the next one.
    await line.ask((id) => ({ type: 'holding', id, holding: holdingOf(found) })).catch(() => undefined);
  }

  /** Commits a message with its counters; the page may speak of it only afterwards. */
  async function commit(
    peer: string,
    message: SealedMessage,
    counters: CounterRow,
    prekey?: Prekey,
  ): Promise<ToldCommit> {
    const number = rows.newest.number + 1;
    const newest = { number, mark: hashOf(rows.newest.mark, message.id) };
    const used = prekey === undefined ? {} : { usedPrekey: prekey.id };
    await commitMessage({ ...newest, peer, message, counters, ...used });
    const { key, value } = counters;
    rows =
      counters.store === 'session'
        ? { ...rows, newest, sessions: new Map(rows.sessions).set(key, counters.value) }
        : { ...rows, newest, senderKeys: new Map(rows.senderKeys).set(key, counters.value) };
    if (prekey !== undefined) rows = { ...rows, prekeys: rows.prekeys.filter(({ id }) => id !== prekey.id) };
    return { ...newest, session: heldOf(key, value) };
  }

  async function write(to: string, bytes: number): Promise<void> {
    const text = randomHex(bytes);
    const id = randomHex(16);
    if (isGroup(to)) {
      const { own, header } = sealForGroup(
        (rows.senderKeys.get(to) as SenderKey) ?? { key: randomHex(16), next: 0 },
        text,
      );
      const message = { id, header, text };
      const told = await commit(to, message, { store: 'sender-key', key: to, value: own });
      return line.send({ type: 'message', to, commit: told, message });
    }
    const session = rows.sessions.get(to);
    if (session === undefined) return line.send({ type: 'cannot-write', to });
    const sealed = seal(session, text);
    const message = { id, header: sealed.header, text };
    const told = await commit(to, message, { store: 'session', key: to, value: sealed.session });
    line.send({ type: 'message', to, commit: told, message });
  }

  async function receive({ from, author, message, answer }: Extract<Incoming, { type: 'message' }>): Promise<void> {
    const key = author === undefined ? from : `${from}|${author}`;
    const known = await findCommit(message.id);
    if (known !== undefined) {
      // The service has lost the receipt and delivers the message again.
      const value = rows.sessions.get(key) ?? rows.senderKeys.get(key);
      if (value !== undefined)
        line.send({ type: 'receipt', of: message.id, commit: { ...known, session: heldOf(key, value) } });
      return;
    }
    const result = author === undefined ? readPeer(rows, from, message) : readMember(rows, key, message);
    if ('refused' in result) return line.send({ type: 'message-refused', of: message.id, reason: result.refused });
    const told = await commit(from, message, result.counters, result.prekey);
    line.send({ type: 'receipt', of: message.id, commit: told });
    if (answer !== undefined) await write(from, answer);
  }

  async function makePrekeys(count: number): Promise<void> {
    const first = rows.nextPrekey;
    const keys = Array.from({ length: count }, (_, index) => ({ id: first + index, key: randomHex(16) }));
    await commitPrekeys(keys, first + count);
    rows = { ...rows, prekeys: [...rows.prekeys, ...keys], nextPrekey: first + count };
    line.send({ type: 'prekeys', keys });
  }

  return {
    connect: () => enqueue(connect),
    handlers: {
      message: (message) => void enqueue(() => receive(message)),
      write: ({ to, bytes }) => void enqueue(() => write(to, bytes)),
      'want-prekeys': ({ count }) => void enqueue(() => makePrekeys(count)),
    },
  };
}

type Read = { readonly counters: CounterRow; readonly prekey?: Prekey } | { readonly refused: Refusal };

function readPeer({ sessions, prekeys }: Rows, peer: string, { header, text, prekey }: SealedMessage): Read {
  const known = sessions.get(peer);
  const isNew = prekey !== undefined && (known === undefined || known.number < header.session);
  const own = isNew ? prekeys.find(({ id }) => id === prekey.id) : undefined;
  if (isNew && own === undefined) return { refused: 'no-prekey' };
  const session = own === undefined ? known : answerSession(header.session, own);
  if (session === undefined || session.number !== header.session) return { refused: 'no-session' };
  const result = read(session, header, text, () => randomHex(16));
  if ('refused' in result) return result;
  return { counters: { store: 'session', key: peer, value: result.session }, ...(own && { prekey: own }) };
}

function readMember({ senderKeys }: Rows, key: string, { header, text }: SealedMessage): Read {
  const result = readForGroup(senderKeys.get(key) as KnownSenderKey | undefined, header, text);
  return 'refused' in result ? result : { counters: { store: 'sender-key', key, value: result.known } };
}

function holdingOf({
  newest,
  firstMissing,
  isWhole,
  sessions,
  senderKeys,
  prekeys,
  ...rest
}: Rows & { readonly problem?: string }): Holding {
  return {
    newest,
    isWhole,
    ...(firstMissing === undefined ? {} : { firstMissing }),
    ...(rest.problem === undefined ? {} : { problem: rest.problem }),
    sessions: [...sessions, ...senderKeys].map(([key, value]) => heldOf(key, value)),
    prekeys,
  };
}

function heldOf(peer: string, value: Session | SenderKey | KnownSenderKey): HeldSession {
  if ('number' in value) {
    const { number: session, step, sent, received } = value;
    return { peer, session, step, sent, received };
  }
  const isOwn = !('skipped' in value);
  const count = isOwn ? value.next : value.next - value.skipped.length;
  return { peer, session: 0, step: 0, sent: isOwn ? count : 0, received: isOwn ? 0 : count };
}

function isGroup(id: string): boolean {
  return id.endsWith('@g.us');
}
