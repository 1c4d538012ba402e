import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noticedInStore, storeClauses } from '@wakey/conformance';
import { underTest } from './place.ts';

for (const where of ['memory', 'directory'] as const) {
  const store = underTest(where);
  describe(`sessions through unstorage, in a ${where}`, () => {
    for (const { name, check } of storeClauses) it(name, () => check(store));
  });
}

describe('broken, it is found out', () => {
  const store = underTest('memory');
  for (const clause of storeClauses) {
    if (clause.needs !== undefined && !store.capabilities[clause.needs].supported) continue;
    it(clause.name, async () => assert.equal(typeof (await noticedInStore(clause, store)), 'string'));
  }
});
