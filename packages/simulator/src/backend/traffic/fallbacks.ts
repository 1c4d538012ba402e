import type { Header, Prekey } from '../../ratchet/header.ts';
import type { RuleName } from '../../ratchet/judge.ts';
import { createWatch, type Observation, type Watch } from '../../ratchet/watch.ts';

/** A device that showed an older state than before, as the service sees it from the headers of its messages. */
export interface Fallback {
  readonly account: string;
  readonly device: string;
  /** Id of the peer or group to which the device wrote; `service` for prekeys that it uploaded. */
  readonly peer: string;
  /**
   * `fall-back`: the device sends from an older state. `two-copies`: two states of it send by turns. `redelivery`: the
   * same bytes came twice, which a network does as well.
   */
  readonly verdict: 'fall-back' | 'two-copies' | 'redelivery';
  /** The rule that showed it. */
  readonly rule: RuleName | 'prekey-ids';
  /** By how many messages to this peer the state was older; for prekeys, by how many ids. */
  readonly messages: number;
  /** By how many turns of the peer the state was older. */
  readonly turns: number;
  /** How many messages showed it; the later ones of the same copy count too. */
  readonly seen: number;
  /** Time of the first such message, in ms since the epoch. */
  readonly at: number;
}

/** Watches the messages of one device. */
export interface FallbackWatch {
  /** Compares a message with what the device had shown to this peer; returns the fall-back that it is the first to show. */
  message(peer: string, header: Header, at: number): Fallback | undefined;
  /** Compares uploaded prekeys with those uploaded before. */
  prekeys(uploaded: readonly Prekey[], at: number): Fallback | undefined;
  list(): readonly Fallback[];
}

const keptFallbacks = 1_000;

/** See {@link FallbackWatch}. */
export function createFallbackWatch(owner: { readonly account: string; readonly device: string }): FallbackWatch {
  const watches = new Map<string, Watch>();
  const prekeys = new Map<number, string>();
  let fallbacks: readonly Fallback[] = [];

  function add(fallback: Fallback): Fallback {
    fallbacks = [...fallbacks, fallback].slice(-keptFallbacks);
    return fallback;
  }

  /** Adds a message to the fall-back that an earlier message of the same copy has shown. */
  function count(peer: string, { messages, turns }: Observation): void {
    const last = fallbacks.findLast((fallback) => fallback.peer === peer && fallback.verdict !== 'redelivery');
    const more = (fallback: Fallback): Fallback => ({
      ...fallback,
      seen: fallback.seen + 1,
      messages: Math.max(fallback.messages, messages),
      turns: Math.max(fallback.turns, turns),
    });
    fallbacks = fallbacks.map((fallback) => (fallback === last ? more(fallback) : fallback));
  }

  return {
    message(peer, header, at) {
      const watch = watches.get(peer) ?? createWatch();
      watches.set(peer, watch);
      const observation = watch.observe(header);
      const { verdict, rule, messages, turns, isNews } = observation;
      if (verdict === 'in-order') return undefined;
      if (isNews) return add({ ...owner, peer, verdict, rule, messages, turns, seen: 1, at });
      count(peer, observation);
      return undefined;
    },
    prekeys(uploaded, at) {
      const highest = Math.max(0, ...prekeys.keys());
      const putBack = uploaded.filter(({ id, key }) => id <= highest && prekeys.get(id) !== key);
      for (const { id, key } of uploaded) prekeys.set(id, key);
      if (putBack.length === 0) return undefined;
      const messages = highest - Math.min(...putBack.map(({ id }) => id)) + 1;
      const found = { peer: 'service', verdict: 'fall-back', rule: 'prekey-ids', messages, turns: 0 } as const;
      return add({ ...owner, ...found, seen: putBack.length, at });
    },
    list: () => fallbacks,
  };
}
