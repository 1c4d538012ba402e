import type { Header, Prekey, Refusal, SealedMessage } from '../../ratchet/header.ts';
import type { HeldSession, Holding, ToldCommit } from '../../ratchet/holding.ts';

/** Parses what a page says about its storage; returns undefined if it is no such value. */
export function readHolding(value: unknown): Holding | undefined {
  if (!isObject(value)) return undefined;
  const { newest, firstMissing, isWhole, problem } = value;
  const sessions = readAll(value.sessions, readSession);
  const prekeys = readKeys(value.prekeys);
  if (!isObject(newest) || !isCount(newest.number) || !isText(newest.mark)) return undefined;
  if (typeof isWhole !== 'boolean' || sessions === undefined || prekeys === undefined) return undefined;
  const { number, mark } = newest;
  const gap = isCount(firstMissing) ? { firstMissing } : {};
  return { newest: { number, mark }, ...gap, isWhole, ...(isText(problem) ? { problem } : {}), sessions, prekeys };
}

/** Parses a commit; returns undefined if the value is none. */
export function readTold(value: unknown): ToldCommit | undefined {
  if (!isObject(value)) return undefined;
  const { number, mark } = value;
  const session = readSession(value.session);
  return isCount(number) && isText(mark) && session !== undefined ? { number, mark, session } : undefined;
}

/** Parses an encrypted message; returns undefined if the value is none. */
export function readSealed(value: unknown): SealedMessage | undefined {
  if (!isObject(value)) return undefined;
  const { id, text } = value;
  const header = readHeader(value.header);
  return isText(id) && isText(text) && header !== undefined ? { id, text, header } : undefined;
}

/** Parses a list of prekeys; returns undefined if the value is none. */
export function readKeys(value: unknown): readonly Prekey[] | undefined {
  return readAll(value, (entry) =>
    isObject(entry) && isCount(entry.id) && isText(entry.key) ? { id: entry.id, key: entry.key } : undefined,
  );
}

/** Parses the reason of a refusal; returns undefined if the value is none. */
export function refusalOf(value: unknown): Refusal | undefined {
  return refusals.find((refusal) => refusal === value);
}

const refusals: readonly Refusal[] = [
  'no-session',
  'no-prekey',
  'no-sender-key',
  'bad-mac',
  'duplicate',
  'too-far',
  'chain-closed',
];

function readHeader(value: unknown): Header | undefined {
  if (!isObject(value)) return undefined;
  const { session, key, step, counter, previous, hash } = value;
  if (!isCount(session) || !isCount(step) || !isCount(counter) || !isText(key) || !isText(hash)) return undefined;
  return Number.isSafeInteger(previous) ? { session, key, step, counter, previous: Number(previous), hash } : undefined;
}

function readSession(value: unknown): HeldSession | undefined {
  if (!isObject(value)) return undefined;
  const { peer, session, step, sent, received } = value;
  return isText(peer) && isCount(session) && isCount(step) && isCount(sent) && isCount(received)
    ? { peer, session, step, sent, received }
    : undefined;
}

function readAll<T>(value: unknown, read: (entry: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value.map(read);
  return entries.some((entry) => entry === undefined) ? undefined : (entries as T[]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 65_536;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
