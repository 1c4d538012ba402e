import { randomUUID } from 'node:crypto';
import { isWakeyError, type SessionStore } from '@wakey/core';
import type { Storage } from 'unstorage';
import { type Label, newestOn, sendUp } from './bytes.ts';
import { calling, checkArguments, refuseSegments } from './calls.ts';
import { type LeaseOptions, takeLease } from './lease.ts';
import { type Shelf, SPAN, shelfIn } from './shelf.ts';

/** A store in any place that unstorage reaches. The README says what it needs of that place, and what it cannot promise. */
export function unstorageStore(storage: Storage, leases: LeaseOptions = {}): SessionStore {
  const shelfOf = (id: string) => shelfIn(storage, id);
  const uploading = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  /** Runs the writes of this process one after the other: they have the same fence, so the place could not order them. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = turn.then(run);
    turn = mine.catch(() => undefined); // The caller of this write gets the error; the next write runs anyway.
    return mine;
  };
  /**
   * Removes the labels that this fence may remove, except the `newest` newest ones and the `named` ones. Then removes the
   * bytes that have no label, such as half-written ones of former holders.
   */
  const sweep = async (shelf: Shelf, fence: number, newest: number, named: readonly number[] = []) => {
    const labels = await shelf.labels();
    const going = labels.filter(
      ({ generation }, at) => at >= newest && generation < (fence + 1) * SPAN && !named.includes(generation),
    );
    // The oldest first: if this fails half-way, the newest still exist.
    for (const { generation, upload } of going.toReversed()) await shelf.remove('label', generation, upload);
    const staying = new Set([
      ...uploading,
      ...labels.filter((one) => !going.includes(one)).map(({ upload }) => upload),
    ]);
    for (const [upload = '', at = ''] of await shelf.names('bytes')) {
      if (Number.parseInt(upload, 10) <= fence && !staying.has(upload)) await shelf.remove('bytes', upload, at);
    }
  };
  return {
    name: 'unstorage',
    list: (options = {}) =>
      calling(options, 'store-unreadable', async ({ race }) => {
        const bases = (await race(storage.getKeys())).flatMap((key) => /^([0-9a-f]+):label:/.exec(key)?.[1] ?? []);
        return [...new Set(bases)].map((base) => Buffer.from(base, 'hex').toString());
      }),
    read: (id, options = {}) =>
      calling(options, 'store-unreadable', ({ race }) => race(newestOn(shelfOf(id), options.before))),
    write: (id, bytes, options) =>
      calling(options, 'store-unwritable', async (call) => {
        const { fence } = options;
        const shelf = shelfOf(id);
        checkArguments(fence, options.metadata);
        refuseSegments(options.segments);
        await shelf.mark(await shelf.pass(fence));
        const upload = `${fence}-${randomUUID()}`;
        uploading.add(upload);
        let generation = 0;
        try {
          const label: Label = { ...(await sendUp(shelf, upload, bytes, call)), metadata: { ...options.metadata } };
          return await inTurn(async () => {
            generation = (await shelf.pass(fence)) + 1;
            await shelf.mark(generation);
            call.check();
            await shelf.put(label, 'label', generation, upload);
            await shelf.pass(fence);
            // Keeps three generations, because no write is read back. A later write repeats a removal that fails.
            await sweep(shelf, fence, 3, options.keep).catch(() => undefined);
            return generation;
          });
        } catch (error) {
          // Report the first error, unless it happened because a newer holder has removed our bytes.
          await shelf.remove('label', generation, upload).catch(() => undefined);
          await shelf.pass(fence).catch((newer) => Promise.reject(isWakeyError(newer, 'stale-fence') ? newer : error));
          throw error;
        } finally {
          uploading.delete(upload);
        }
      }),
    remove: (id, options) =>
      calling(options, 'store-unwritable', async () => {
        const shelf = shelfOf(id);
        checkArguments(options.fence);
        await shelf.mark(await shelf.pass(options.fence));
        await shelf.pass(options.fence);
        await sweep(shelf, options.fence, 0);
        if ((await shelf.labels()).length > 0) throw new Error('A backup still exists after its removal.');
      }),
    lease: (id, holder, options = {}) =>
      calling(options, 'store-unwritable', (call) => takeLease(shelfOf(id), holder, leases, call)),
  };
}
