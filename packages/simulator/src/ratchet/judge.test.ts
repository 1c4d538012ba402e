import { describe, expect, it } from 'vitest';
import type { Header } from './header.ts';
import { type Judgement, judge } from './judge.ts';
import { type Seen, withMessage } from './seen.ts';

/** A message, by what matters for its row: the others are those of the first message of the first chain. */
function message(fields: Partial<Header>): Header {
  const { session = 1, step = 1, counter = 0 } = fields;
  const key = `key ${session}.${step}`;
  return { session, step, counter, key, previous: -1, hash: `${key}.${counter}`, ...fields };
}

/** A chain of messages, of which the service has seen each. */
function chain(length: number, fields: Partial<Header> = {}): readonly Header[] {
  return Array.from({ length }, (_, counter) => message({ ...fields, counter }));
}

function seenOf(messages: readonly Header[]): Seen {
  return messages.reduce(withMessage, { chains: [] });
}

const oneChain = chain(10);
const twoTurns = [...chain(10), ...chain(4, { step: 2, previous: 9 })];
const twoSessions = [...chain(10), ...chain(3, { session: 2 })];

// The rows of the table in section 7 of the facts about ratchets, in its order.
const rows: readonly (readonly [string, readonly Header[], Partial<Header>, Judgement])[] = [
  ['the first message', [], {}, { verdict: 'in-order', rule: 'new', messages: 0, turns: 0 }],
  ['the next counter', oneChain, { counter: 10 }, { verdict: 'in-order', rule: 'new', messages: 0, turns: 0 }],
  [
    'the next turn, with all of the former chain',
    oneChain,
    { step: 2, previous: 9 },
    { verdict: 'in-order', rule: 'new', messages: 0, turns: 0 },
  ],
  [
    'the same bytes again',
    oneChain,
    { counter: 7 },
    { verdict: 'redelivery', rule: 'repeated', messages: 3, turns: 0 },
  ],
  [
    'a used counter with other bytes',
    oneChain,
    { counter: 7, hash: 'other' },
    { verdict: 'fall-back', rule: 'repeated-counter', messages: 3, turns: 0 },
  ],
  [
    'a chain from before the newest turn, after its end',
    twoTurns,
    { counter: 10 },
    { verdict: 'fall-back', rule: 'earlier-turn', messages: 4, turns: 1 },
  ],
  [
    'a chain from before the newest turn, at a used counter',
    twoTurns,
    { counter: 8, hash: 'other' },
    { verdict: 'fall-back', rule: 'earlier-turn', messages: 6, turns: 1 },
  ],
  [
    'another key for the same turn',
    twoTurns,
    { step: 2, previous: 9, key: 'other' },
    { verdict: 'fall-back', rule: 'other-key', messages: 4, turns: 1 },
  ],
  [
    'the next turn, with less of the former chain',
    oneChain,
    { step: 2, previous: 6 },
    { verdict: 'fall-back', rule: 'overtaken', messages: 3, turns: 0 },
  ],
  [
    'the next turn, with nothing of the former chain',
    oneChain,
    { step: 2, previous: -1 },
    { verdict: 'fall-back', rule: 'overtaken', messages: 10, turns: 0 },
  ],
  ['a newer session', oneChain, { session: 2 }, { verdict: 'in-order', rule: 'newer-session', messages: 0, turns: 0 }],
  [
    'a late message of an older session',
    twoSessions,
    { counter: 10 },
    { verdict: 'in-order', rule: 'late-message', messages: 0, turns: 0 },
  ],
  [
    'a used counter of an older session',
    twoSessions,
    { counter: 9, hash: 'other' },
    { verdict: 'fall-back', rule: 'older-session', messages: 4, turns: 0 },
  ],
  [
    'a used counter of a sender key',
    chain(10, { session: 0, step: 0, key: 'group' }),
    { session: 0, step: 0, key: 'group', counter: 4, hash: 'other' },
    { verdict: 'fall-back', rule: 'repeated-counter', messages: 6, turns: 0 },
  ],
  [
    'a new sender key',
    chain(10, { session: 0, step: 0, key: 'group' }),
    { session: 0, step: 0, key: 'new' },
    { verdict: 'in-order', rule: 'new', messages: 0, turns: 0 },
  ],
];

describe('the service', () => {
  it.each(rows)('judges %s', (_, shown, fields, expected) => {
    expect(judge(seenOf(shown), message(fields))).toEqual(expected);
  });
});
