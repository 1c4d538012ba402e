import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noticedInStore, storeClauses } from '@wakey/conformance';
import { bytes, racingOwners, write } from './owners.ts';
import { underTest } from './place.ts';

for (const where of ['memory', 'directory'] as const) {
  const store = underTest(where);
  describe(`a store over unstorage, in ${where === 'memory' ? 'memory' : 'a directory'}`, () => {
    for (const { name, check } of storeClauses) it(name, () => check(store));
  });
}

describe('a former holder, while the newer holder replaces the recorded fence', () => {
  it('cannot write a backup: the call rejects with stale-fence', async () => {
    const { older, newer } = racingOwners();
    await assert.rejects(older.write('main', bytes(), write(1)), { code: 'stale-fence' });
    assert.notEqual(await newer.read('main'), undefined);
  });

  it('cannot remove the session: the call rejects with stale-fence', async () => {
    const { older, newer } = racingOwners();
    await assert.rejects(older.remove('main', { fence: 1 }), { code: 'stale-fence' });
    assert.notEqual(await newer.read('main'), undefined);
  });
});

describe('a clause for a store over unstorage notices the fault of its saboteur', () => {
  const store = underTest('memory');
  for (const clause of storeClauses) {
    if (clause.needs !== undefined && !store.capabilities[clause.needs].supported) continue;
    it(clause.name, async () => assert.equal(typeof (await noticedInStore(clause, store)), 'string'));
  }
});
