import type { ProfileFollowing, StoreSegments } from '@wakey/core';
import { expect, it } from 'vitest';
import { costOfLoss } from './cost-of-loss.js';

const [segments, following] = [{} as StoreSegments, {} as ProfileFollowing];

it('reports nothing if the store and the driver can keep each change', () => {
  expect(costOfLoss({ name: 'filesystem', segments }, { following }, 'puppeteer')).toEqual([]);
});

it.each([
  ['the store', { name: 'bucket' }, { following }, /^Store bucket cannot keep each change .* up to 10 minutes\.$/],
  [
    'the driver',
    { name: 'filesystem', segments },
    {},
    /^Driver lightpanda cannot keep each change .* up to 10 minutes\.$/,
  ],
])('reports once how much a lost machine costs if %s cannot keep each change', (_, store, format, words) => {
  const found = costOfLoss(store, format, 'lightpanda');
  expect(found).toEqual([
    {
      check: 'segments',
      is: 'note',
      what: expect.stringMatching(words),
      hint: expect.stringContaining('heard by nobody'),
    },
  ]);
});
