import { createHash } from 'node:crypto';
import { isWakeyError, type StoredBundle, WakeyError } from '@wakey/core';
import { unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { bundlePath, CHUNK, findDamage, generationsOn, type Label, readLabel, type Shelf } from './shelf.js';
import { damaged, storeTrouble } from './trouble.js';

/**
 * The newest intact generation older than `before`. All its bytes are checked before it is handed out, and once more while
 * they are read. A damaged one is passed over for the next older, of which `warn` hears; when every one is damaged it throws
 * `store-unreadable`, as it does where the disk refuses to tell: an older one must not be taken for the newest then. `warn`
 * does not hear of the damage that it throws.
 */
export async function readBundle(
  shelf: Shelf,
  before: number,
  call: Call,
  warn: (warning: WakeyError) => void,
): Promise<StoredBundle | undefined> {
  const label = await newestIntact(shelf, before, call, warn);
  return label && handOut(shelf, label, call);
}

/** The label of what `readBundle` gives; throws as it does. */
export async function newestIntact(
  shelf: Shelf,
  before: number,
  call: Call,
  warn: (warning: WakeyError) => void,
): Promise<Label | undefined> {
  const damages: WakeyError[] = [];
  const passed = new Set<number>();
  for (;;) {
    call.check();
    const generation = (await generationsOn(shelf)).find((one) => one < before && !passed.has(one));
    if (generation === undefined) break;
    const found = await examine(shelf, generation, call);
    // Removed while we looked, because newer ones came: look again.
    if (found === undefined) continue;
    if (!isWakeyError(found)) {
      damages.forEach(warn);
      return found;
    }
    passed.add(generation);
    damages.push(found);
  }
  const [newest, ...older] = damages;
  older.forEach(warn);
  if (newest !== undefined) throw newest;
  return undefined;
}

/** Gives the label of an intact generation, what is wrong with a damaged one, `undefined` for one that is gone. */
async function examine(shelf: Shelf, generation: number, call: Call): Promise<Label | WakeyError | undefined> {
  try {
    const label = await readLabel(shelf, generation);
    if (label === undefined) return undefined;
    const why = await findDamage(shelf, label, call);
    if (why === undefined) return label;
    // Labels go first when a generation is removed.
    return (await readLabel(shelf, generation)) && damaged(bundlePath(shelf, generation), why);
  } catch (error) {
    if (isWakeyError(error, 'store-unreadable')) return error;
    throw error;
  }
}

/** A bundle whose bytes are checked while they are read. */
export function handOut(shelf: Shelf, label: Label, call: Call): StoredBundle {
  let isTaken = false;
  return {
    generation: label.generation,
    metadata: label.metadata,
    bytes: {
      [Symbol.asyncIterator]() {
        if (isTaken) throw takenTwice();
        isTaken = true;
        return bytesOf(shelf, label, call);
      },
    },
  };
}

async function* bytesOf(shelf: Shelf, label: Label, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  const path = bundlePath(shelf, label.generation);
  const handle = await unlessAbsent(shelf.disk.files.open(path, 'r')).catch((error: unknown) => {
    throw storeTrouble('store-unreadable', `read session "${shelf.id}"`, path, error);
  });
  if (handle === undefined) throw damaged(path, 'it was removed before it was read');
  try {
    const hash = createHash('sha256');
    for (let at = 0; at < label.size; ) {
      call.check();
      const length = Math.min(CHUNK, label.size - at);
      // A buffer of its own for each chunk: whoever reads may keep it.
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, at);
      if (bytesRead === 0) throw damaged(path, `it ends after ${at} bytes`);
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      at += bytesRead;
      yield chunk;
    }
    if (hash.digest('hex') !== label.sha256) throw damaged(path, 'its checksum is wrong');
  } catch (error) {
    throw storeTrouble('store-unreadable', `read session "${shelf.id}"`, path, error);
  } finally {
    await handle.close();
  }
}

function takenTwice(): WakeyError {
  return new WakeyError('invalid-argument', {
    what: 'The bytes of a stored bundle were read a second time.',
    hint: 'Read the session from the store again.',
  });
}
