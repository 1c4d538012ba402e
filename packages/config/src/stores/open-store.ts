import { resolve } from 'node:path';
import type { SessionStore, WakeyError } from '@wakey/core';
import { type FilesystemStoreOptions, filesystemStore } from '@wakey/store-filesystem';
import { loadFactory, type Origin } from '../drivers/load-module.js';
import type { OptionValues } from '../options/option.js';
import type { placeOptions, storeOptions } from '../options/table.js';
import { UsageError } from '../usage-error.js';
import { readKeys } from './read-keys.js';

/** What a store needs. */
export interface OpenStoreOptions extends Origin {
  readonly values: OptionValues<typeof placeOptions & typeof storeOptions>;
  /** Called for failures that do not make a call fail. */
  readonly warn: (warning: WakeyError) => void;
}

/**
 * Opens the store that the options name, encrypted if they give a key. Without a key, an encrypted backup is refused with
 * `wrong-key`, and not mistaken for a damaged one. Undefined for `none`. Throws a UsageError.
 */
export async function openStore({ values, warn, ...from }: OpenStoreOptions): Promise<SessionStore | undefined> {
  const keys = await readKeys(values, from.cwd);
  const store = await openPlainStore({ values, warn, ...from });
  if (store !== undefined) {
    const { encryptedStore, keylessStore } = await import('@wakey/store-encrypted');
    return keys === undefined ? keylessStore(store) : encryptedStore({ ...keys, store, warn });
  }
  if (keys === undefined) return undefined;
  throw new UsageError('With --store none there are no backups to encrypt. Leave out the store or the key.');
}

/** Opens the store itself, without encryption. Undefined for `none`. Throws a UsageError. */
export async function openPlainStore({ values, warn, ...from }: OpenStoreOptions): Promise<SessionStore | undefined> {
  const { store: name, sessionsDir } = values;
  const options: FilesystemStoreOptions = { directory: resolve(from.cwd, sessionsDir), warn };
  if (name === 'none') return undefined;
  if (name === 'filesystem') return filesystemStore(options);
  // Another store gets the same options, and may ignore them.
  const store = (await loadFactory<FilesystemStoreOptions>({ name, kind: 'store', from }))(options);
  if (isStore(store)) return store;
  throw new UsageError(
    `"${name}" makes no store: its result lacks read(), write() or lease(). See the contract SessionStore of @wakey/core.`,
  );
}

function isStore(value: unknown): value is SessionStore {
  if (typeof value !== 'object' || value === null) return false;
  return ['list', 'read', 'write', 'remove', 'lease'].every(
    (method) => typeof Reflect.get(value, method) === 'function',
  );
}
