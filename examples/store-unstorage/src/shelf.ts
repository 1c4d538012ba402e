import { parseSessionId } from '@wakey/core';
import type { Storage } from 'unstorage';
import { stale } from './calls.ts';

/**
 * How many generations one fence has. Generation = fence × SPAN + a count, so whatever the owner of old still manages to
 * write, when it must not, is older than everything of the owner after it.
 */
export const SPAN = 2 ** 20;

export type Shelf = ReturnType<typeof shelfIn>;

/** The keys of one session. Its name is told in hex, for places that do not tell upper from lower case. */
export function shelfIn(storage: Storage, id: string) {
  const base = Buffer.from(parseSessionId(id)).toString('hex');
  const key = (...parts: readonly (string | number)[]) => [base, ...parts].join(':');
  const shelf = {
    id,
    /** What follows `<base>:<kind>:` in the keys of a kind, by parts. */
    names: async (kind: string) => (await storage.getKeys(key(kind))).map((name) => name.split(':').slice(2)),
    remove: (...at: readonly (string | number)[]) => storage.removeItem(key(...at)),
    async put(value: unknown, ...at: readonly (string | number)[]) {
      await storage.setItemRaw(key(...at), value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value)));
      // Some drivers say nothing when they cannot.
      if (!(await storage.hasItem(key(...at)))) throw new Error('What was put is not there.');
    },
    async get(...at: readonly (string | number)[]): Promise<Buffer | undefined> {
      const raw: unknown = await storage.getItemRaw(key(...at));
      if (raw === null || raw === undefined) return undefined;
      if (raw instanceof Uint8Array || raw instanceof ArrayBuffer) return Buffer.from(new Uint8Array(raw));
      // Some drivers give the error in place of the value.
      throw new Error('The place gave no bytes.', { cause: raw });
    },
    /** The greatest number that was ever given: fence × SPAN + count. */
    marked: async () => Math.max(0, ...(await shelf.names('mark')).map(([mark]) => Number(mark))),
    /** Each mark has a key of its own: nobody can overwrite a greater one. A writer of a greater one removes the smaller. */
    async mark(highest: number) {
      try {
        await shelf.put(true, 'mark', highest);
      } catch (error) {
        // If a greater mark is there, its writer has removed this one already, and `pass` reads the greater.
        if ((await shelf.marked()) <= highest) throw error;
      }
      for (const [mark = ''] of await shelf.names('mark')) if (Number(mark) < highest) await shelf.remove('mark', mark);
    },
    /** Throws `stale-fence` where a newer owner is known; gives the greatest number that this fence has come to. */
    async pass(fence: number) {
      const highest = await shelf.marked();
      if (fence < Math.floor(highest / SPAN)) throw stale(id);
      return Math.max(highest, fence * SPAN);
    },
    /** Whose labels are there, the newest first. */
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
