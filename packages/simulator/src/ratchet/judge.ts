import type { Header } from './header.ts';
import { chainOf, countAfter, formerOf, highestOf, type Seen, type SeenChain } from './seen.ts';

/** What the service concludes from one message. */
export interface Judgement {
  /**
   * `in-order`: a message that a device with its newest state sends. `redelivery`: the same bytes again, which a
   * network or a fall-back with the same text causes. `fall-back`: the device has an older state than it has shown.
   */
  readonly verdict: 'in-order' | 'redelivery' | 'fall-back';
  /** The rule that holds. */
  readonly rule: RuleName;
  /** By how many messages that the device had sent to this peer its state is older. */
  readonly messages: number;
  /** By how many turns of the peer its state is older. */
  readonly turns: number;
}

/** Names of the rules, in the order in which the service tries them. */
export type RuleName = keyof typeof rules;

/** Compares a message with the highest that its device has shown to this peer. The first rule that holds decides. */
export function judge(seen: Seen, header: Header): Judgement {
  const highest = highestOf(seen);
  if (highest === undefined) return { verdict: 'in-order', rule: 'new', messages: 0, turns: 0 };
  const compared = { seen, header, highest, known: chainOf(seen, header) };
  for (const [rule, { verdict, holds, messages, turns = () => 0 }] of Object.entries(rules) as [RuleName, Rule][]) {
    if (!holds(compared)) continue;
    return { verdict, rule, messages: messages(compared), turns: turns(compared) };
  }
  throw new Error('The last rule holds for every message.');
}

interface Compared {
  readonly seen: Seen;
  readonly header: Header;
  readonly highest: SeenChain;
  /** The chain of the message, if the service has seen it before. */
  readonly known: SeenChain | undefined;
}

interface Rule {
  readonly verdict: Judgement['verdict'];
  readonly holds: (compared: Compared) => boolean;
  readonly messages: (compared: Compared) => number;
  readonly turns?: (compared: Compared) => number;
}

/** The table of the rules. */
const rules = {
  /** The same bytes under the same counter. */
  repeated: {
    verdict: 'redelivery',
    holds: ({ header, known }) => known?.hashes.get(header.counter) === header.hash,
    messages: ({ seen, header, known }) => unsaid(header, known) + countAfter(seen, header),
  },
  /** A session from before the newest one: a late message, or an older state if its counter was used. */
  'older-session': {
    verdict: 'fall-back',
    holds: ({ header, highest, known }) => header.session < highest.session && isUsed(header, known),
    messages: ({ seen, header, known }) => unsaid(header, known) + countSessions(seen, header),
  },
  'late-message': {
    verdict: 'in-order',
    holds: ({ header, highest }) => header.session < highest.session,
    messages: () => 0,
  },
  'newer-session': {
    verdict: 'in-order',
    holds: ({ header, highest }) => header.session > highest.session,
    messages: () => 0,
  },
  /** Other bytes under a counter that was used. */
  'repeated-counter': {
    verdict: 'fall-back',
    holds: ({ header, highest, known }) => header.step === highest.step && isUsed(header, known),
    messages: ({ header, known }) => unsaid(header, known),
  },
  /** A turn that the device had answered. */
  'earlier-turn': {
    verdict: 'fall-back',
    holds: ({ header, highest }) => header.step < highest.step,
    messages: ({ seen, header, known }) => unsaid(header, known) + countAfter(seen, header),
    turns: ({ header, highest }) => highest.step - header.step,
  },
  /** The device has read the peer's turn a second time and made another key. */
  'other-key': {
    verdict: 'fall-back',
    holds: ({ header, highest, known }) => isTurn(header) && header.step === highest.step && known === undefined,
    messages: ({ seen, header, highest }) => highest.last + 1 + forgotten(header, formerOf(seen, header)),
    turns: () => 1,
  },
  /** The device does not know of the messages that it sent before the peer's new turn. */
  overtaken: {
    verdict: 'fall-back',
    holds: ({ header, highest }) => header.step > highest.step && forgotten(header, highest) > 0,
    messages: ({ header, highest }) => forgotten(header, highest),
  },
  new: { verdict: 'in-order', holds: () => true, messages: () => 0 },
} as const satisfies Readonly<Record<string, Rule>>;

function isUsed({ counter }: Header, known: SeenChain | undefined): boolean {
  return known !== undefined && counter <= known.last;
}

/** How many messages of its chain the device had sent from this counter on. */
function unsaid({ counter }: Header, known: SeenChain | undefined): number {
  return known === undefined ? 0 : Math.max(0, known.last - counter + 1);
}

/** How many messages of its former chain the device does not know of; -1 as `previous` means all of them. */
function forgotten({ previous }: Header, former: SeenChain | undefined): number {
  return former === undefined ? 0 : Math.max(0, former.last - previous);
}

function countSessions({ chains }: Seen, { session }: Header): number {
  const later = chains.filter((chain) => chain.session > session);
  return later.reduce((sum, { last }) => sum + last + 1, 0);
}

/** Whether the message belongs to a session of two devices: a group has no turns, and a new key there is no fall-back. */
function isTurn({ session }: Header): boolean {
  return session > 0;
}
