import {
  type KeyValues,
  type OptionValues,
  openStore,
  type placeOptions,
  readKeys,
  type storeOptions,
} from '@wakey/config';
import type { SessionStore, WakeyError } from '@wakey/core';
import type { EncryptionKeys } from '@wakey/store-encrypted';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import { plain } from '../views/plain-view.js';

/** The keys for the encryption of a file. Unlike for a store, recipients alone are enough. Undefined if there are none. */
export async function readSealingKeys(values: KeyValues, cwd: string): Promise<EncryptionKeys | undefined> {
  const { keyFile, key, passphraseFile, passphrase, recipient } = values;
  const hasOwn = [keyFile, key, passphraseFile, passphrase].some((value) => value !== undefined);
  if (!hasOwn && recipient.length > 0) return { recipients: recipient };
  return readKeys(values, cwd);
}

/** The store of an export, which only reads: unencrypted backups are read without a warning. Undefined for `none`. */
export async function openSource(
  values: OptionValues<typeof placeOptions & typeof storeOptions>,
  { cwd, err }: Pick<Shell, 'cwd' | 'err'>,
): Promise<SessionStore | undefined> {
  if (values.store === 'none') return undefined;
  const warn = ({ code, message }: WakeyError) => {
    // This warning is about the next write, and an export writes nothing.
    if (code !== 'wrong-key') err.write(`${plain(message)}\n`);
  };
  return openStore({ values: { ...values, recipient: [] }, cwd, own, warn });
}
