import { resolve } from 'node:path';
import { isWakeyError, type Secret, secret } from '@wakey/core';
import type { EncryptionKeys } from '@wakey/store-encrypted';
import type { OptionValues } from '../options/option.js';
import type { storeOptions } from '../options/table.js';
import { UsageError } from '../usage-error.js';
import { readSecretFile } from './read-secret-file.js';

/** The options that name keys. */
export type KeyValues = Pick<
  OptionValues<typeof storeOptions>,
  'keyFile' | 'key' | 'passphraseFile' | 'passphrase' | 'recipient'
>;

/** Reads the keys that the options name; undefined if they name none. Throws a UsageError. */
export async function readKeys(values: KeyValues, cwd: string): Promise<EncryptionKeys | undefined> {
  const { keyFile, key, passphraseFile, passphrase, recipient: recipients } = values;
  const given = Object.entries({ keyFile, key, passphraseFile, passphrase }).filter(([, value]) => value !== undefined);
  if (given.length > 1)
    throw new UsageError(`${listed(given.map(([name]) => names[name] ?? name))} were given. Give one.`);
  if (keyFile !== undefined) return { identities: await identitiesIn(resolve(cwd, keyFile)), recipients };
  if (key !== undefined) return { identities: await parsed(key, names.key ?? ''), recipients };
  if (recipients.length > 0) {
    throw new UsageError(
      '--recipient needs a key of your own as well: give --key-file. It does not work with a passphrase.',
    );
  }
  if (passphraseFile !== undefined) return { passphrase: await passphraseIn(resolve(cwd, passphraseFile)) };
  return passphrase === undefined ? undefined : { passphrase };
}

async function identitiesIn(path: string): Promise<readonly Secret[]> {
  return parsed(await readSecretFile(path), path);
}

async function parsed(text: Secret, source: string): Promise<readonly Secret[]> {
  const { parseKeyFile } = await import('@wakey/store-encrypted');
  try {
    return parseKeyFile(text.reveal());
  } catch (error) {
    if (!isWakeyError(error, 'invalid-argument')) throw error;
    throw new UsageError(`${source}: ${error.message}`, { cause: error });
  }
}

/** Reads the only line of a file, without the end of the line. */
async function passphraseIn(path: string): Promise<Secret> {
  const text = (await readSecretFile(path)).reveal().replace(/\r?\n$/, '');
  if (text === '') throw new UsageError(`${path} is empty. A passphrase is one line of several random words.`);
  if (/[\r\n]/.test(text)) throw new UsageError(`${path} has several lines. A passphrase is one line.`);
  return secret(text);
}

/** How each key is given, for messages. */
const names: Readonly<Record<string, string>> = {
  keyFile: '--key-file (WAKEY_KEY_FILE)',
  key: 'WAKEY_KEY',
  passphraseFile: '--passphrase-file (WAKEY_PASSPHRASE_FILE)',
  passphrase: 'WAKEY_PASSPHRASE',
};

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
