import { type ReadChain, reach, take } from './chain.ts';
import { hashOf } from './hash.ts';
import type { Header, Prekey, Refusal } from './header.ts';

/**
 * One side of a session: the double ratchet of libsignal, with names in place of keys. Two sides compute the same
 * secret only if their states belong together, so a state from a backup is as deaf and as mute here as there.
 */
export interface Session {
  readonly number: number;
  readonly root: string;
  /** The chain in which this side writes. */
  readonly sending: { readonly key: string; readonly secret: string; readonly next: number };
  /** Last counter of this side's former chain; -1 if this side never used it. */
  readonly previous: number;
  /** The newest key of the other side. */
  readonly theirKey: string;
  /** How many turns of the other side this side has read. */
  readonly step: number;
  readonly chains: Readonly<Record<string, ReadChain>>;
  /** The prekey with which this side began the session, until the other side has answered. */
  readonly prekey?: Prekey;
  /** How many messages this side has written and read in this session. */
  readonly sent: number;
  readonly received: number;
}

/** The result of reading a message. */
export type ReadResult = { readonly session: Session } | { readonly refused: Refusal };

/** Begins a session with a prekey of the other side. `key` is a new name. */
export function beginSession(number: number, prekey: Prekey, key: string): Session {
  const root = hashOf(rootOf(number, prekey), ...[prekey.key, key].sort());
  const sending = { key, secret: root, next: 0 };
  return {
    number,
    root,
    sending,
    previous: 0,
    theirKey: prekey.key,
    step: 0,
    chains: {},
    prekey,
    sent: 0,
    received: 0,
  };
}

/** Returns the session that the owner of the prekey makes when the first message comes, before it reads that message. */
export function answerSession(number: number, prekey: Prekey): Session {
  const sending = { key: prekey.key, secret: '', next: 0 };
  const root = rootOf(number, prekey);
  return { number, root, sending, previous: 0, theirKey: '', step: 0, chains: {}, sent: 0, received: 0 };
}

/** Encrypts a text as the next message of the session. */
export function seal(session: Session, text: string): { readonly session: Session; readonly header: Header } {
  const { number, sending, step, previous } = session;
  const { key, secret, next: counter } = sending;
  const header = { session: number, key, step, counter, previous, hash: hashOf(secret, counter, text) };
  return { session: { ...session, sending: { ...sending, next: counter + 1 }, sent: session.sent + 1 }, header };
}

/** Reads a message. `newKey` returns a new name: a side makes a key for each turn of the other side. */
export function read(session: Session, header: Header, text: string, newKey: () => string): ReadResult {
  const { key, counter, hash } = header;
  const stepped = session.chains[key] === undefined ? turn(session, header, newKey) : session;
  if (typeof stepped === 'string') return { refused: stepped };
  const chain = stepped.chains[key];
  const taken = chain === undefined ? 'bad-mac' : take(chain, counter);
  if (typeof taken === 'string') return { refused: taken };
  if (hashOf(taken.secret, counter, text) !== hash) return { refused: 'bad-mac' };
  const { prekey: _, ...answered } = stepped;
  const chains = { ...stepped.chains, [key]: taken };
  return { session: { ...answered, chains, received: session.received + 1 } };
}

/** Follows the other side to its new key: closes its former chain, opens the new one, and begins an own chain. */
function turn(session: Session, { key, previous }: Header, newKey: () => string): Session | Refusal {
  const { root, sending, theirKey } = session;
  const former = session.chains[theirKey];
  // On the wire the number is unsigned: -1 is far beyond every chain.
  const closing = former === undefined ? undefined : reach(former, previous < 0 ? 2 ** 32 - 1 : previous);
  if (typeof closing === 'string') return closing;
  const readRoot = hashOf(root, ...[sending.key, key].sort());
  const own = newKey();
  const writeRoot = hashOf(readRoot, ...[own, key].sort());
  const opened: ReadChain = { secret: readRoot, next: 0, skipped: [], isClosed: false };
  const chains = withoutFinished({ ...session.chains, ...(closing && { [theirKey]: { ...closing, isClosed: true } }) });
  return {
    ...session,
    root: writeRoot,
    sending: { key: own, secret: writeRoot, next: 0 },
    // A side that has never written keeps 0 as its previous counter.
    previous: sending.secret === '' ? session.previous : sending.next - 1,
    theirKey: key,
    step: session.step + 1,
    chains: { ...chains, [key]: opened },
  };
}

/** Leaves out closed chains of which every message was read: a message that names one is refused all the same. */
function withoutFinished(chains: Readonly<Record<string, ReadChain>>): Readonly<Record<string, ReadChain>> {
  return Object.fromEntries(Object.entries(chains).filter(([, chain]) => !chain.isClosed || chain.skipped.length > 0));
}

function rootOf(number: number, { id, key }: Prekey): string {
  return hashOf('session', number, id, key);
}
