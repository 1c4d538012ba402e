import assert from 'node:assert/strict';
import { isWakeyError, type SessionStore } from '@wakey/core';
import { rejects } from '../../driver/expectations.js';
import { holderNamed, newest, oneOf, streamOf, textOf, write } from '../bundles.js';
import type { StoreClause } from '../clause.js';
import { hidingError, onPlace, onStore } from '../sabotage/sabotage.js';

/** A store whose place is in trouble never reports "absent" for "unreadable", and loses no backup. */
export const troubleClauses: readonly StoreClause[] = [
  {
    name: 'a read never returns damaged bytes as good, and the older generation is still readable',
    needs: 'damage',
    sabotage: onPlace(() => ({ damage: async () => undefined })),
    async check(place) {
      const store = place.open();
      const old = await write(store, 'main', 'the old one');
      const damaged = await write(store, 'main', 'the new one');
      await place.damage('main', damaged);
      const text = await readOrRefused(() => place.open().read('main'));
      assert.ok(text === undefined || text === 'the old one', `a read returned damaged bytes as good: ${text}`);
      const before = await place.open().read('main', { before: damaged });
      assert.equal(before?.generation, old);
      assert.equal(await oneOf(before, ['the old one']), 'the old one');
      await write(place.open(), 'main', 'the next one');
      assert.equal(await newest(place.open(), 'main'), 'the next one');
      const other = await place.open().read('main', { before: (await place.open().read('main'))?.generation ?? 0 });
      if (other?.generation !== damaged) await oneOf(other, ['the old one']);
    },
  },
  {
    name: 'a session whose generations are all damaged is unreadable, not absent',
    needs: 'damage',
    sabotage: hidingError('read', 'store-unreadable', undefined),
    async check(place) {
      const store = place.open();
      const generations = [await write(store, 'main', 'one'), await write(store, 'main', 'two')];
      for (const generation of generations) await place.damage('main', generation);
      for (const options of [{}, { before: generations[1] ?? 0 }]) {
        await rejects(
          place
            .open()
            .read('main', options)
            .then((bundle) => {
              assert.ok(bundle !== undefined, 'a read reports the unreadable session as absent');
              return textOf(bundle);
            }),
          'store-unreadable',
        );
      }
      assert.deepEqual(await place.open().list(), ['main']);
    },
  },
  {
    name: 'a read fails when the bytes are damaged after `read` returned the bundle',
    needs: 'damage',
    sabotage: onStore((store) => ({
      read: async (...call) => {
        const bundle = await store.read(...call);
        const text = await textOf(bundle);
        return bundle && { ...bundle, bytes: pieceOf(text ?? '') };
      },
    })),
    async check(place) {
      const store = place.open();
      const generation = await write(store, 'main', 'what was found');
      const bundle = await store.read('main');
      await place.damage('main', generation);
      await rejects(textOf(bundle), 'store-unreadable');
    },
  },
  {
    name: 'a place that does not answer is unreadable, not empty',
    needs: 'disconnect',
    sabotage: hidingError('list', 'store-unreadable', []),
    async check(place) {
      const store = place.open();
      const generation = await write(store, 'main', 'what is kept');
      const reconnect = await place.disconnect();
      for (const cut of [store, place.open()]) {
        await rejects(cut.list(), 'store-unreadable');
        await rejects(cut.read('main'), 'store-unreadable');
        await rejects(cut.read('main', { before: generation }), 'store-unreadable');
        await rejects(cut.read('never-written'), 'store-unreadable');
        for (const call of [
          () => write(cut, 'main', 'not kept'),
          () => cut.remove('main', { fence: 1 }),
          () => cut.lease('main', holderNamed('nobody')),
        ]) {
          const error = await call().then(
            () => assert.fail('a change resolved although the place does not answer'),
            (error: unknown) => error,
          );
          const isTold = isWakeyError(error, 'store-unwritable') || isWakeyError(error, 'store-unreadable');
          assert.ok(isTold, `rejected with ${String(error)}`);
        }
      }
      await reconnect();
      assert.equal(await newest(store, 'main'), 'what is kept');
      await (await store.lease('main', holderNamed('the next'))).release();
    },
  },
  {
    name: 'a write to a full place is refused and leaves the old generation, and a later write with room succeeds',
    needs: 'fill',
    sabotage: hidingError('write', 'store-unwritable', 1),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'one');
      await write(store, 'main', 'two');
      const makeRoom = await place.fill();
      const large = 'far too much '.repeat(20_000);
      const fill = (to: SessionStore, id: string) => to.write(id, streamOf(large, 1_000), { fence: 1, metadata: {} });
      await rejects(fill(store, 'main'), 'store-unwritable');
      await rejects(fill(place.open(), 'new'), 'store-unwritable');
      for (const reader of [store, place.open()]) {
        assert.equal(await newest(reader, 'main'), 'two');
        assert.equal(await reader.read('new'), undefined);
        assert.deepEqual(await reader.list(), ['main']);
      }
      await makeRoom();
      const next = await fill(store, 'main');
      assert.equal((await newest(place.open(), 'main')) === large, true);
      assert.equal(await textOf(await store.read('main', { before: next })), 'two');
    },
  },
  {
    name: 'a read-only place is readable, and refuses every change',
    needs: 'protect',
    sabotage: hidingError('remove', 'store-unwritable', undefined),
    async check(place) {
      const store = place.open();
      await write(store, 'main', 'one');
      const second = await write(store, 'main', 'two');
      const allow = await place.protect();
      for (const cut of [store, place.open()]) {
        await rejects(write(cut, 'main', 'three'), 'store-unwritable');
        await rejects(write(cut, 'new', 'one'), 'store-unwritable');
        await rejects(cut.remove('main', { fence: 1 }), 'store-unwritable');
        await rejects(cut.lease('main', holderNamed('nobody')), 'store-unwritable');
        assert.equal(await newest(cut, 'main'), 'two');
        assert.equal(await textOf(await cut.read('main', { before: second })), 'one');
        assert.deepEqual(await cut.list(), ['main']);
        assert.equal(await cut.read('new'), undefined);
      }
      await allow();
      await write(store, 'main', 'three');
      assert.equal(await newest(place.open(), 'main'), 'three');
    },
  },
];

/** The text that the store returns, or `undefined` if the store refuses with `store-unreadable`. */
async function readOrRefused(read: () => ReturnType<SessionStore['read']>): Promise<string | undefined> {
  try {
    return await textOf(await read());
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return undefined;
    throw error;
  }
}

async function* pieceOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
