import { createHash } from 'node:crypto';
import { isWakeyError, type StoredBundle, WakeyError } from '@wakey/core';
import { unlessAbsent } from '@wakey/host';
import type { Call } from './call.js';
import { bundlePath, CHUNK, findDamage, generationsOn, type Label, readLabel, type Shelf } from './shelf.js';
import { damaged, storeTrouble } from './trouble.js';

/**
 * Returns the newest intact generation older than `before`. It checks all bytes before it returns, and once more while
 * the caller reads them. It skips a damaged generation for the next older one and reports the damage to `warn`. It
 * throws `store-unreadable` if every generation is damaged, and if the disk reports an error: an older generation must
 * not pass for the newest then. It does not report to `warn` the damage that it throws.
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

/** The label of the generation that `readBundle` returns. Throws as `readBundle` does. */
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
    // Another process removed this generation after it wrote newer ones: list the generations again.
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

/**
 * Returns the label of an intact generation, the error for a damaged one, and `undefined` for a generation that is
 * gone.
 */
async function examine(shelf: Shelf, generation: number, call: Call): Promise<Label | WakeyError | undefined> {
  try {
    const label = await readLabel(shelf, generation);
    if (label === undefined) return undefined;
    const why = await findDamage(shelf, label, call);
    if (why === undefined) return label;
    // A removal deletes the label first: damaged bytes without a label are a removal in progress, not damage.
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
  if (handle === undefined) throw damaged(path, 'another process removed it before it was read');
  try {
    const hash = createHash('sha256');
    for (let at = 0; at < label.size; ) {
      call.check();
      const length = Math.min(CHUNK, label.size - at);
      // Each chunk has its own buffer, because the caller may keep the chunk.
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
