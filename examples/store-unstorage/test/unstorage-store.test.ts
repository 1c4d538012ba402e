import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noticedInStore, storeClauses } from '@wakey/conformance';
import { createStorage, type Driver } from 'unstorage';
import memory from 'unstorage/drivers/memory';
import { unstorageStore } from '../src/unstorage-store.ts';
import { underTest } from './place.ts';

for (const where of ['memory', 'directory'] as const) {
  const store = underTest(where);
  describe(`sessions through unstorage, in a ${where}`, () => {
    for (const { name, check } of storeClauses) it(name, () => check(store));
  });
}

describe('an owner whose mark a newer owner removes as soon as it is put', () => {
  const write = (fence: number) => ({ fence, metadata: {} });
  async function* bytes() {
    yield Uint8Array.of(1);
  }

  /** Two owners of session `main` over one place. As soon as the older one has put a mark, the newer one writes. */
  function owners() {
    const driver = memory();
    const newer = unstorageStore(createStorage({ driver }));
    const setItemRaw: NonNullable<Driver['setItemRaw']> = async (key, value, options) => {
      await driver.setItemRaw?.(key, value, options);
      if (key.includes(':mark:')) await newer.write('main', bytes(), write(2));
    };
    return { older: unstorageStore(createStorage({ driver: { ...driver, setItemRaw } })), newer };
  }

  it('gets a stale fence when it writes', async () => {
    const { older, newer } = owners();
    await assert.rejects(older.write('main', bytes(), write(1)), { code: 'stale-fence' });
    assert.notEqual(await newer.read('main'), undefined);
  });

  it('gets a stale fence when it removes', async () => {
    const { older, newer } = owners();
    await assert.rejects(older.remove('main', { fence: 1 }), { code: 'stale-fence' });
    assert.notEqual(await newer.read('main'), undefined);
  });
});

describe('broken, it is found out', () => {
  const store = underTest('memory');
  for (const clause of storeClauses) {
    if (clause.needs !== undefined && !store.capabilities[clause.needs].supported) continue;
    it(clause.name, async () => assert.equal(typeof (await noticedInStore(clause, store)), 'string'));
  }
});
