import type { Refusal } from './header.ts';

/** What a reader keeps of one chain of a sender. */
export interface ReadChain {
  /** Stands for the chain key and all message keys made from it. */
  readonly secret: string;
  /** The lowest counter that was not reached yet. */
  readonly next: number;
  /** Counters below `next` whose messages have not come. */
  readonly skipped: readonly number[];
  /** Whether the sender has begun another chain: then only skipped messages can still be read. */
  readonly isClosed: boolean;
}

/** How many messages a reader skips at most, in one jump. */
export const longestJump = 2_000;

/** Goes on to `counter` in a chain and keeps the counters between as skipped, as libsignal does. */
export function reach(chain: ReadChain, counter: number): ReadChain | Refusal {
  if (counter < chain.next) return chain;
  if (counter - chain.next >= longestJump) return 'too-far';
  if (chain.isClosed) return 'chain-closed';
  const passed = Array.from({ length: counter - chain.next + 1 }, (_, index) => chain.next + index);
  return { ...chain, next: counter + 1, skipped: [...chain.skipped, ...passed] };
}

/** Takes the key of one message out of a chain: each message is read once. */
export function take(chain: ReadChain, counter: number): ReadChain | Refusal {
  const reached = reach(chain, counter);
  if (typeof reached === 'string') return reached;
  if (!reached.skipped.includes(counter)) return 'duplicate';
  return { ...reached, skipped: reached.skipped.filter((one) => one !== counter) };
}
