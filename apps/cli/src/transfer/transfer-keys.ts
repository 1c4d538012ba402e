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

/** The keys that a file is to be encrypted for: as of a store, and recipients alone will do. Undefined when there are none. */
export async function readSealingKeys(values: KeyValues, cwd: string): Promise<EncryptionKeys | undefined> {
  const { keyFile, key, passphraseFile, passphrase, recipient } = values;
  const hasOwn = [keyFile, key, passphraseFile, passphrase].some((value) => value !== undefined);
  if (!hasOwn && recipient.length > 0) return { recipients: recipient };
  return readKeys(values, cwd);
}

/** The store, to be read alone: what it keeps unencrypted is read as it is, without a word. Undefined for `none`. */
export async function openSource(
  values: OptionValues<typeof placeOptions & typeof storeOptions>,
  { cwd, err }: Pick<Shell, 'cwd' | 'err'>,
): Promise<SessionStore | undefined> {
  if (values.store === 'none') return undefined;
  const warn = ({ code, message }: WakeyError) => {
    // That is about what would be written, and nothing is.
    if (code !== 'wrong-key') err.write(`${plain(message)}\n`);
  };
  return openStore({ values: { ...values, recipient: [] }, cwd, own, warn });
}
