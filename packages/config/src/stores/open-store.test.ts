import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WakeyError } from '@wakey/core';
import { generateKey } from '@wakey/store-encrypted';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveOptions } from '../options/resolve.js';
import { placeOptions, storeOptions } from '../options/table.js';
import { openStore } from './open-store.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wakey-open-store-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function open(given: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>> = {}) {
  const values = resolveOptions({ ...placeOptions, ...storeOptions }, given, env);
  return openStore({ values, cwd, own: (name) => import(name), warn: (_: WakeyError) => undefined });
}

describe('the store of a command line', () => {
  it('is in the sessions directory, or there is none, and each kind of secret encrypts it', async () => {
    const { file, identity, recipient } = await generateKey(0);
    writeFileSync(join(cwd, 'a.key'), file.reveal(), { mode: 0o600 });
    writeFileSync(join(cwd, 'words'), 'six random words\n', { mode: 0o600 });
    expect(await open({ store: 'none' })).toBeUndefined();
    expect(await open({})).toMatchObject({ name: 'filesystem' });
    for (const store of [
      await open({ keyFile: 'a.key', recipient: [recipient] }),
      await open({ passphraseFile: 'words' }),
      await open({}, { WAKEY_KEY_FILE: 'a.key' }),
      await open({}, { WAKEY_PASSPHRASE_FILE: 'words' }),
      await open({}, { WAKEY_KEY: identity.reveal() }),
      await open({}, { WAKEY_PASSPHRASE: 'six random words' }),
    ]) {
      expect(store).toMatchObject({ name: 'filesystem, encrypted', isEncrypted: true });
    }
  });

  it('of another author is found by the path of its file, gets the directory, and can be encrypted', async () => {
    const methods = 'list() {}, read() {}, write() {}, remove() {}, lease() {}';
    writeFileSync(
      join(cwd, 'mine.mjs'),
      `export const myStore = ({ directory }) => ({ name: directory, ${methods} });`,
    );
    const directory = join(cwd, '.wakey-sessions');
    expect(await open({ store: './mine.mjs' })).toMatchObject({ name: directory });
    expect(await open({ store: './mine.mjs' }, { WAKEY_PASSPHRASE: 'words' })).toMatchObject({
      name: `${directory}, encrypted`,
    });
  });

  it.each([
    [{ store: 'nothing' }, {}, 'There is no store "nothing" here. Wakey has filesystem, none'],
    [{ store: './nothing.mjs' }, {}, 'There is no store at'],
    [{ store: './wrong.mjs' }, {}, 'makes no store: its result lacks read()'],
    [{ store: './two.mjs' }, {}, 'The store "./two.mjs" has no factory'],
    [{ store: 'none' }, { WAKEY_PASSPHRASE: 'words' }, 'With --store none there are no backups to encrypt'],
    [
      { keyFile: 'a' },
      { WAKEY_PASSPHRASE: 'w' },
      '--key-file (WAKEY_KEY_FILE) and WAKEY_PASSPHRASE were given. Give one.',
    ],
    [{ recipient: ['age1'] }, {}, '--recipient needs a key of your own as well'],
    [{ recipient: ['age1'] }, { WAKEY_PASSPHRASE: 'w' }, '--recipient needs a key of your own as well'],
    [{}, { WAKEY_KEY: 'AGE-SECRET-KEY-1HUNTER2' }, 'A secret key is not valid'],
    [{}, { WAKEY_KEY: 'hunter2' }, 'WAKEY_KEY: Line 1 of the key file is not a key'],
  ])('that cannot be opened is refused with what to do: %j %j', async (given, env, words) => {
    writeFileSync(join(cwd, 'wrong.mjs'), 'export default () => ({ name: "wrong" });');
    writeFileSync(join(cwd, 'two.mjs'), 'export const aStore = () => 1; export const bStore = () => 2;');
    const thrown = await open(given, env).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ message: expect.stringContaining(words) });
    expect(String(thrown)).not.toMatch(/hunter2/i);
  });
});
