import { openDatabase } from './database.ts';

const megabyte = 1024 * 1024;

/** Writes a message store of this many MB, as the first sync of an old account does. */
export async function fillModelStorage(megabytes: number): Promise<void> {
  const database = await openDatabase('model-storage');
  for (let index = 0; index < megabytes; index += 1) {
    const body = new Uint8Array(megabyte);
    // Random bytes, so that no layer compresses them; in pieces, because the generator returns at most 64 KB per call.
    for (let offset = 0; offset < megabyte; offset += 65_536) {
      crypto.getRandomValues(body.subarray(offset, offset + 65_536));
    }
    await database.put('message', { id: `true_history_${index}`, body });
  }
}
