import { type ReadChain, take } from './chain.ts';
import { hashOf } from './hash.ts';
import type { Header, Refusal } from './header.ts';

/** The key with which one device writes to a group. It has no turns: nothing but a new key heals it. */
export interface SenderKey {
  readonly key: string;
  readonly next: number;
}

/** Encrypts a text as the next message of a sender key. */
export function sealForGroup(own: SenderKey, text: string): { readonly own: SenderKey; readonly header: Header } {
  const { key, next: counter } = own;
  const header = { session: 0, key, step: 0, counter, previous: -1, hash: hashOf(key, counter, text) };
  return { own: { ...own, next: counter + 1 }, header };
}

/** What a member keeps of another member's sender key. */
export interface KnownSenderKey extends ReadChain {
  readonly key: string;
}

/** Returns what a member knows after the distribution of a sender key. */
export function distributed(key: string): KnownSenderKey {
  return { key, secret: key, next: 0, skipped: [], isClosed: false };
}

/** Reads a group message. */
export function readForGroup(
  known: KnownSenderKey | undefined,
  { key, counter, hash }: Header,
  text: string,
): { readonly known: KnownSenderKey } | { readonly refused: Refusal } {
  // The first message brings the key: the real service carries it in a message of its own just before.
  const first = counter === 0 && known?.key !== key ? distributed(key) : known;
  if (first === undefined || first.key !== key) return { refused: 'no-sender-key' };
  const taken = take(first, counter);
  if (typeof taken === 'string') return { refused: taken };
  if (hashOf(taken.secret, counter, text) !== hash) return { refused: 'bad-mac' };
  return { known: { ...taken, key } };
}
