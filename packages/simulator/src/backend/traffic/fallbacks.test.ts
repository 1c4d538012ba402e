import { expect, it } from 'vitest';
import { createFallbackWatch } from './fallbacks.ts';

const owner = { account: '+49151', device: 'device-1' };
const keysOf = (word: string, first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, key: `${word} ${first + index}` }));

/** A message to a peer, the next of its chain. */
const message = (counter: number, text = 'first') => ({
  session: 1,
  key: 'key',
  step: 1,
  counter,
  previous: -1,
  hash: `${text} ${counter}`,
});

it('reports no fall-back for prekeys with new ids', () => {
  const watch = createFallbackWatch(owner);
  expect(watch.prekeys(keysOf('first', 1, 20), 1)).toBeUndefined();
  expect(watch.prekeys(keysOf('first', 21, 20), 2)).toBeUndefined();
  expect(watch.list()).toEqual([]);
});

it('reports no fall-back for prekeys that a device uploads a second time', () => {
  const watch = createFallbackWatch(owner);
  watch.prekeys(keysOf('first', 1, 20), 1);
  expect(watch.prekeys(keysOf('first', 1, 20), 2)).toBeUndefined();
});

it('reports by how many ids the prekeys of a device are older when it makes other keys under used ids', () => {
  const watch = createFallbackWatch(owner);
  watch.prekeys(keysOf('first', 1, 40), 1);
  const found = { ...owner, peer: 'service', verdict: 'fall-back', rule: 'prekey-ids', messages: 20, turns: 0 };
  expect(watch.prekeys(keysOf('other', 21, 20), 2)).toEqual({ ...found, seen: 20, at: 2 });
  expect(watch.list()).toEqual([{ ...found, seen: 20, at: 2 }]);
});

it('reports a fall-back once for each peer, and counts the messages that showed it', () => {
  const watch = createFallbackWatch(owner);
  for (const peer of ['one', 'other'])
    for (let counter = 0; counter < 5; counter += 1) watch.message(peer, message(counter), 1);
  const reported = [2, 3, 4, 5].map((counter) => watch.message('one', message(counter, 'second'), 2));
  expect(reported.map((fallback) => fallback?.messages)).toEqual([3, undefined, undefined, undefined]);
  expect(watch.list()).toMatchObject([
    { peer: 'one', verdict: 'fall-back', rule: 'repeated-counter', messages: 3, turns: 0, seen: 3, at: 2 },
  ]);
});
