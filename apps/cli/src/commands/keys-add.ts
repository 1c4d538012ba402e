import { placeOptions, readKeys, storeOptions, UsageError } from '@wakey/config';
import { outputOptions } from '../options/commands.js';
import { changeKeys } from '../stores/change-keys.js';
import { command } from './command.js';

/** `wakey keys add`: lets the owner of another key open the backups of a session. */
export const keysAdd = command({
  name: 'keys add',
  summary: 'Let another key open the backups of a session, besides your own.',
  description: 'Encrypts the newest backup again, for your key and every --recipient. Refused while the session runs.',
  session: { doc: 'Name of the session.' },
  options: { ...placeOptions, ...storeOptions, ...outputOptions },
  examples: [
    ['keys add main --key-file wakey.key --recipient age1…', 'let the owner of the secret half of age1… open it too'],
  ],
  async run({ session: id, values }, shell) {
    const keys = await readKeys(values, shell.cwd);
    if (keys === undefined || values.recipient.length === 0) {
      throw new UsageError('Give your own key with --key-file, and the public key to add with --recipient.');
    }
    return changeKeys({ id, values, from: keys, to: keys, keepsRecipients: true, verb: 'add', shell });
  },
});
