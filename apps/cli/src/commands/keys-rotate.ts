import { placeOptions, readKeys, storeOptions, UsageError } from '@wakey/config';
import { newKeyOptions, outputOptions } from '../options/commands.js';
import { changeKeys } from '../stores/change-keys.js';
import { command } from './command.js';

/** `wakey keys rotate`: replaces the key of a session's backups, or encrypts backups that are not encrypted. */
export const keysRotate = command({
  name: 'keys rotate',
  summary: 'Replace the key or passphrase of the backups of a session.',
  description:
    'Afterwards the old key opens none of the backups. Without an old key: encrypts backups that were not encrypted. Refused while the session runs.',
  session: { doc: 'Name of the session.' },
  options: { ...newKeyOptions, ...placeOptions, ...storeOptions, ...outputOptions },
  examples: [
    [
      'keys rotate main --key-file old.key --new-key-file new.key',
      'new.key opens the backups, and old.key no longer does',
    ],
    ['keys rotate main --new-passphrase-file words.txt', 'encrypt backups that were not encrypted'],
  ],
  async run({ session: id, values }, shell) {
    const { newKeyFile: keyFile, newPassphraseFile: passphraseFile, recipient } = values;
    const none = { key: undefined, passphrase: undefined };
    const to = await readKeys({ ...none, keyFile, passphraseFile, recipient }, shell.cwd);
    if (to === undefined) {
      throw new UsageError('Give the new key with --new-key-file, or the new passphrase with --new-passphrase-file.');
    }
    const from = await readKeys({ ...values, recipient: [] }, shell.cwd);
    return changeKeys({ id, values, from, to, keepsRecipients: false, verb: 'rotate', shell });
  },
});
