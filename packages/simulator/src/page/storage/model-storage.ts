import { openDatabase } from './database.ts';

const megabyte = 1024 * 1024;

/** Writes a message store of so many MB, as the first sync of a long-used account does. */
export async function fillModelStorage(megabytes: number): Promise<void> {
  const database = await openDatabase('model-storage');
  for (let index = 0; index < megabytes; index += 1) {
    const body = new Uint8Array(megabyte);
    // Random, so that no layer can compress it away; in pieces, as the generator takes 64 KB at a time.
    for (let offset = 0; offset < megabyte; offset += 65_536) {
      crypto.getRandomValues(body.subarray(offset, offset + 65_536));
    }
    await database.put('message', { id: `true_history_${index}`, body });
  }
}
