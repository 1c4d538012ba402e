import type { Header } from './header.ts';

/** What the service has seen of one chain of a device. */
export interface SeenChain {
  readonly session: number;
  readonly step: number;
  readonly key: string;
  /** The highest counter. */
  readonly last: number;
  /** Hash of each message, by counter. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** What a device has shown to one other device, oldest chain first. Empty before its first message. */
export interface Seen {
  readonly chains: readonly SeenChain[];
}

/** Returns the chain of a message, if the service has seen it before. */
export function chainOf({ chains }: Seen, { session, step, key }: Header): SeenChain | undefined {
  return chains.findLast((chain) => chain.session === session && chain.step === step && chain.key === key);
}

/** Returns the chain with the highest step of the newest session: the first one, if there are several. */
export function highestOf({ chains }: Seen): SeenChain | undefined {
  return chains.reduce<SeenChain | undefined>(
    (highest, chain) => (isBeyond(chain, highest) ? chain : highest),
    undefined,
  );
}

/** Counts the messages of a session after the given step, over all keys. */
export function countAfter({ chains }: Seen, { session, step }: Header): number {
  const later = chains.filter((chain) => chain.session === session && chain.step > step);
  return later.reduce((sum, { last }) => sum + last + 1, 0);
}

/** Returns the chain that the session had at the step before, with the highest counter. */
export function formerOf({ chains }: Seen, { session, step }: Header): SeenChain | undefined {
  const earlier = chains.filter((chain) => chain.session === session && chain.step < step);
  return highestOf({ chains: earlier });
}

/** How many chains, and hashes of each, the service remembers of one device and peer. */
const remembered = { chains: 2_000, hashes: 5_000 };

/** Adds a message. */
export function withMessage(seen: Seen, header: Header): Seen {
  const { session, step, key, counter, hash } = header;
  const known = chainOf(seen, header);
  const hashes = (known?.hashes as Map<number, string> | undefined) ?? new Map<number, string>();
  // The map grows in place: a copy for each message would take longer and longer.
  if (!hashes.has(counter)) hashes.set(counter, hash);
  hashes.delete(counter - remembered.hashes);
  const chain = { session, step, key, last: Math.max(counter, known?.last ?? counter), hashes };
  const chains =
    known === undefined ? [...seen.chains, chain] : seen.chains.map((one) => (one === known ? chain : one));
  return { chains: chains.slice(-remembered.chains) };
}

function isBeyond(chain: SeenChain, other: SeenChain | undefined): boolean {
  if (other === undefined || chain.session !== other.session) return chain.session > (other?.session ?? -1);
  return chain.step > other.step;
}
