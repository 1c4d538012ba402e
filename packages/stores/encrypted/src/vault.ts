import type { SessionStore, WakeyError } from '@wakey/core';
import type { Subject } from './age.js';
import type { CheckedKeys } from './keys.js';
import { type Label, openLabel, type SealedLabel } from './label.js';
import type { SegmentKey } from './sealed-segment.js';

/** The store, the keys and the receiver of warnings that every method of the encrypted store uses. */
export interface Vault {
  readonly store: SessionStore;
  readonly keys: CheckedKeys;
  readonly warn: (warning: WakeyError) => void;
  readonly openLabel: (sealed: SealedLabel, subject: Subject) => Promise<Label>;
  readonly segmentKeys: SegmentKeys;
}

/** The keys of segments, by session and generation, from the labels that this store has sealed or opened. */
export interface SegmentKeys {
  of(id: string, generation: number): KnownKey | undefined;
  /** Remembers the key of a generation that was read. */
  add(id: string, generation: number, key: SegmentKey): void;
  /** Forgets the session, and remembers the key of the generation that was written, if there is one. */
  reset(id: string, generation?: number, known?: KnownKey): void;
}

/** A key, and the last segment that this store has appended with it. */
export interface KnownKey {
  readonly key: SegmentKey;
  last?: LastSegment;
}

/** The last segment that this store has added, and the fence of its writer. */
export interface LastSegment {
  readonly fence: number;
  readonly number: number;
  /** The SHA-256 of the sealed bytes. */
  readonly sum: string;
}

/**
 * Remembers the last label: the start of a session opens the same label twice, and with a passphrase each time takes a
 * second.
 */
export function rememberingLast(keys: CheckedKeys): Vault['openLabel'] {
  let last: { readonly age: string; readonly label: Label } | undefined;
  return async (sealed, subject) => {
    if (last?.age === sealed.age) return last.label;
    const label = await openLabel(sealed, keys, subject);
    last = { age: sealed.age, label };
    return label;
  };
}

/** Keeps the keys in memory: without them, each append with a passphrase would take a second. */
export function rememberedKeys(): SegmentKeys {
  const sessions = new Map<string, Map<number, KnownKey>>();
  return {
    of: (id, generation) => sessions.get(id)?.get(generation),
    add(id, generation, key) {
      const known = sessions.get(id) ?? new Map<number, KnownKey>();
      sessions.set(id, known);
      if (known.get(generation)?.key.equals(key) !== true) known.set(generation, { key });
    },
    reset(id, generation, known) {
      if (generation === undefined || known === undefined) sessions.delete(id);
      else sessions.set(id, new Map([[generation, known]]));
    },
  };
}
