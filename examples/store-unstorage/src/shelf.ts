import { parseSessionId } from '@wakey/core';
import type { Storage } from 'unstorage';
import { stale } from './calls.ts';

/**
 * How many generations one fence has. Generation = fence × SPAN + a count. So a late write of a former holder of the lease
 * is older than every write of the next holder.
 */
export const SPAN = 2 ** 20;

export type Shelf = ReturnType<typeof shelfIn>;

/** The keys of one session in the place. They contain the session's name in hex, for places that ignore case. */
export function shelfIn(storage: Storage, id: string) {
  const base = Buffer.from(parseSessionId(id)).toString('hex');
  const key = (...parts: readonly (string | number)[]) => [base, ...parts].join(':');
  const shelf = {
    id,
    /** The keys of one kind: their parts after `<base>:<kind>:`. */
    names: async (kind: string) => (await storage.getKeys(key(kind))).map((name) => name.split(':').slice(2)),
    remove: (...at: readonly (string | number)[]) => storage.removeItem(key(...at)),
    async put(value: unknown, ...at: readonly (string | number)[]) {
      await storage.setItemRaw(key(...at), value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value)));
      // Some drivers of unstorage report no error when a write fails.
      if (!(await storage.hasItem(key(...at)))) throw new Error('A written key is missing.');
    },
    async get(...at: readonly (string | number)[]): Promise<Buffer | undefined> {
      const raw: unknown = await storage.getItemRaw(key(...at));
      if (raw === null || raw === undefined) return undefined;
      if (raw instanceof Uint8Array || raw instanceof ArrayBuffer) return Buffer.from(new Uint8Array(raw));
      // Some drivers of unstorage return the error in place of the value.
      throw new Error('The place returned a value that is not bytes.', { cause: raw });
    },
    /** The greatest number that was ever used: fence × SPAN + count. */
    marked: async () => Math.max(0, ...(await shelf.names('mark')).map(([mark]) => Number(mark))),
    /**
     * Records that a number is used. Each number has a key of its own, so nobody can overwrite a greater one. The writer of a
     * greater number removes the smaller ones.
     */
    async mark(highest: number) {
      try {
        await shelf.put(true, 'mark', highest);
      } catch (error) {
        // If a greater number is recorded, its writer has already removed this one, and `pass` reads the greater.
        if ((await shelf.marked()) <= highest) throw error;
      }
      for (const [mark = ''] of await shelf.names('mark')) if (Number(mark) < highest) await shelf.remove('mark', mark);
    },
    /** Throws `stale-fence` if a greater fence is recorded. Returns the greatest number that this fence has used. */
    async pass(fence: number) {
      const highest = await shelf.marked();
      if (fence < Math.floor(highest / SPAN)) throw stale(id);
      return Math.max(highest, fence * SPAN);
    },
    /** The generations that have a label, the newest first. */
    async labels() {
      const labels = (await shelf.names('label')).map(([number, upload = '']) => ({
        generation: Number(number),
        upload,
      }));
      return labels.sort((a, b) => b.generation - a.generation);
    },
  };
  return shelf;
}
