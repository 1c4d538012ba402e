import { isWakeyError, type ReadOptions, type StoredBundle, WakeyError } from '@wakey/core';
import { openedBytes, type Subject } from './age.js';
import type { CheckedKeys } from './keys.js';
import { isSealed, type Label } from './label.js';
import { beginsWithAge } from './peek.js';
import { segmentKeyOf } from './sealed-segment.js';
import type { Vault } from './vault.js';

/** A decrypted bundle, and its label if the label was encrypted. */
export interface Opened {
  readonly bundle: StoredBundle;
  readonly label?: Label;
}

/**
 * Skips a generation with a damaged label for the next older one, as every store does. Does not skip a generation for
 * another key.
 */
export async function readOpened(vault: Vault, id: string, call: ReadOptions): Promise<Opened | undefined> {
  const { store, warn } = vault;
  const damages: WakeyError[] = [];
  let { before } = call;
  for (;;) {
    const bundle = await store.read(id, { ...call, ...(before === undefined ? {} : { before }) });
    if (bundle === undefined) break;
    try {
      const found = await opened(vault, id, bundle);
      damages.forEach(warn);
      return found;
    } catch (error) {
      if (!isWakeyError(error, 'store-unreadable')) throw error;
      damages.push(error);
      before = bundle.generation;
    }
  }
  // The error reports the newest damage, so no warning repeats it.
  const [newest, ...older] = damages;
  older.forEach(warn);
  if (newest !== undefined) throw newest;
  return undefined;
}

/** A bundle, decrypted. Throws `wrong-key`, and `store-unreadable` for a damaged label. Remembers the key of its segments. */
export async function opened(vault: Vault, id: string, bundle: StoredBundle): Promise<Opened> {
  const { keys, warn } = vault;
  const subject = subjectOf(id);
  const { generation, metadata, bytes } = bundle;
  if (!isSealed(metadata)) return { bundle: { ...bundle, bytes: plainOrOpened(bytes, keys, subject, warn) } };
  const label = await vault.openLabel(metadata, subject);
  const key = label.segmentKey === undefined ? undefined : segmentKeyOf(label.segmentKey);
  if (key !== undefined) vault.segmentKeys.add(id, generation, key);
  const plain = asIterable(bytes, (from) => openedBytes(from, keys, { ...subject, isOurs: true }));
  return { bundle: { generation, metadata: { ...label.metadata }, bytes: plain }, label };
}

/**
 * The bytes of a bundle whose metadata is not encrypted: an age file that somebody put there by hand, or a bundle from
 * before encryption.
 */
function plainOrOpened(
  bytes: AsyncIterable<Uint8Array>,
  keys: CheckedKeys,
  subject: Subject,
  warn: Vault['warn'],
): AsyncIterable<Uint8Array> {
  return asIterable(bytes, async function* (from) {
    const { isAge, all } = await beginsWithAge(from);
    if (!isAge) warn(unencrypted(subject));
    yield* isAge ? openedBytes(all, keys, subject) : all;
  });
}

/** Passes `source` through `through`. A second iteration throws at once, as the second iteration of the source does. */
function asIterable(
  source: AsyncIterable<Uint8Array>,
  through: (from: AsyncIterable<Uint8Array>) => AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return through({ [Symbol.asyncIterator]: () => iterator });
    },
  };
}

function subjectOf(id: string): Subject {
  return {
    what: `The backup of session "${id}"`,
    damaged: (why, cause) =>
      new WakeyError('store-unreadable', {
        what: `A backup of session "${id}" is damaged: ${why}.`,
        hint: 'Nothing was deleted. An older backup may be intact.',
        cause,
        details: { session: id },
      }),
  };
}

function unencrypted({ what }: Subject): WakeyError {
  return new WakeyError('wrong-key', {
    what: `${what} is not encrypted.`,
    hint: 'Wakey uses this backup all the same. The next backups are encrypted and replace it.',
  });
}
