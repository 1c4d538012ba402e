import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StoredBundle, secret } from '@wakey/core';
import { type EncryptionKeys, encryptedStore, parseKeyFile } from '@wakey/store-encrypted';
import { filesystemStore } from '@wakey/store-filesystem';
import { decodeReport } from '@wakey/wire/decode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../testing/run.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wakey-keys-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const plain = () => filesystemStore({ directory: join(cwd, '.wakey-sessions') });
const write = { fence: 1, metadata: { kind: 'profile' } };

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('the login');
}

async function textOf(bundle: StoredBundle | undefined): Promise<string> {
  let text = '';
  for await (const chunk of bundle?.bytes ?? []) text += Buffer.from(chunk).toString();
  return text;
}

/** Makes a key file. Returns its public half. */
async function generate(name: string): Promise<string> {
  const { code, out } = await run(cwd, ['keys', 'generate', '--key-file', name, '--json']);
  expect(code).toBe(0);
  const report = reportIn(out);
  return report.event === 'key-generated' ? report.recipient : '';
}

/** Reads the line that a command printed with `--json`. Fails if a field of it is missing in the schema. */
function reportIn(text: string) {
  const line: unknown = JSON.parse(text);
  const report = decodeReport(line);
  expect(report).toEqual(line);
  return report;
}

function keysIn(name: string): EncryptionKeys {
  return { identities: parseKeyFile(readFileSync(join(cwd, name), 'utf8')) };
}

function read(keys: EncryptionKeys, before = Number.POSITIVE_INFINITY) {
  return encryptedStore({ store: plain(), ...keys })
    .read('main', { before })
    .then(textOf);
}

describe('wakey keys generate', () => {
  it('writes a key that only its owner can read, and prints only the public half', async () => {
    const { code, out, err } = await run(cwd, ['keys', 'generate'], { WAKEY_KEY_FILE: 'wakey.key' });
    const text = readFileSync(join(cwd, 'wakey.key'), 'utf8');
    expect([code, err, statSync(join(cwd, 'wakey.key')).mode & 0o777]).toEqual([0, '', 0o600]);
    expect(text).toMatch(/^# created: .*\n# public key: age1\w{58}\nAGE-SECRET-KEY-1\w{58}\n$/);
    expect(out).toContain(/age1\w+/.exec(text)?.[0]);
    expect(out).not.toContain('AGE-SECRET-KEY');
  });

  it('overwrites no file, and refuses to run without a file name', async () => {
    await generate('wakey.key');
    const before = readFileSync(join(cwd, 'wakey.key'), 'utf8');
    const { code, err } = await run(cwd, ['keys', 'generate', '--key-file', 'wakey.key']);
    expect([code, err]).toEqual([2, expect.stringContaining('is not overwritten')]);
    expect(readFileSync(join(cwd, 'wakey.key'), 'utf8')).toBe(before);
    expect(await run(cwd, ['keys', 'generate'])).toMatchObject({ code: 2, err: expect.stringContaining('--key-file') });
  });

  it('says why a file cannot be created, and leaves none', async () => {
    const { code, err } = await run(cwd, ['keys', 'generate', '--key-file', 'none/wakey.key']);
    expect([code, err]).toEqual([2, expect.stringContaining('its directory does not exist')]);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('wakey keys add', () => {
  it('lets another key open the backups, and names a key that would lose access', async () => {
    await generate('own.key');
    const [first, second] = [await generate('first.key'), await generate('second.key')];
    await encryptedStore({ store: plain(), ...keysIn('own.key') }).write('main', bytes(), write);
    const add = ['keys', 'add', 'main', '--key-file', 'own.key'];
    const done = await run(cwd, [...add, '--recipient', first, '--json']);
    expect([done.code, reportIn(done.out)]).toMatchObject([
      0,
      { session: 'main', event: 'keys-add', keepsOlder: false },
    ]);
    for (const name of ['own.key', 'first.key']) expect(await read(keysIn(name))).toBe('the login');
    const refused = await run(cwd, [...add, '--recipient', second]);
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringContaining(`The key of ${first} opens the backups now`),
    ]);
    expect((await run(cwd, [...add, '--recipient', second, '--recipient', first])).code).toBe(0);
    for (const name of ['own.key', 'first.key', 'second.key']) expect(await read(keysIn(name))).toBe('the login');
  });

  it('refuses to run without both keys', async () => {
    const one = await generate('own.key');
    for (const args of [['--key-file', 'own.key'], ['--recipient', one], []]) {
      const { code, err } = await run(cwd, ['keys', 'add', 'main', ...args]);
      expect([code, err]).toEqual([2, expect.stringMatching(/--key-file|a key of your own/)]);
    }
  });
});

describe('wakey keys rotate', () => {
  it('leaves no backup that the old key opens', async () => {
    await generate('old.key');
    await generate('new.key');
    const before = encryptedStore({ store: plain(), ...keysIn('old.key') });
    for (const _ of [1, 2]) await before.write('main', bytes(), write);
    const args = ['keys', 'rotate', 'main', '--new-key-file', 'new.key'];
    const { code, out, err } = await run(cwd, [...args, '--key-file', 'old.key']);
    expect([code, err, out]).toEqual([0, '', expect.stringContaining('backup 4')]);
    expect([await read(keysIn('new.key')), await read(keysIn('new.key'), 4)]).toEqual(['the login', 'the login']);
    await expect(read(keysIn('old.key'))).rejects.toMatchObject({ code: 'wrong-key' });
    expect(await run(cwd, [...args, '--key-file', 'old.key'])).toMatchObject({ code: 13 });
  });

  it('encrypts plain backups with a passphrase from a file, and leaves none plain', async () => {
    for (const _ of [1, 2]) await plain().write('main', bytes(), write);
    writeFileSync(join(cwd, 'words'), 'six random words\n', { mode: 0o600 });
    expect(await run(cwd, ['keys', 'rotate', 'main', '--new-passphrase-file', 'words'])).toMatchObject({ code: 0 });
    expect(await read({ passphrase: secret('six random words') })).toBe('the login');
    for (const generation of [3, 4]) {
      const kept = readFileSync(join(cwd, `.wakey-sessions/main/bundles/${generation}.bundle`));
      expect(kept.includes('the login')).toBe(false);
    }
    expect(existsSync(join(cwd, '.wakey-sessions/main/bundles/2.bundle'))).toBe(false);
  });

  it('says that the old key still opens the backup in quarantine, and how to export it', async () => {
    await generate('old.key');
    await generate('new.key');
    const before = encryptedStore({ store: plain(), ...keysIn('old.key') });
    await before.write('main', bytes(), write);
    await before.quarantine?.put('main', { fence: 1, until: 1_795_000_000_000 });
    const args = ['keys', 'rotate', 'main', '--new-key-file', 'new.key', '--key-file', 'old.key'];
    const alone = await run(cwd, args);
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('wakey export main --from-quarantine')]);
    await before.write('main', bytes(), { ...write, fence: 9 });
    const { code, out, err } = await run(cwd, [...args, '--json']);
    expect([code, reportIn(out)]).toMatchObject([
      0,
      { quarantined: { generation: 1, until: '2026-11-18T11:06:40.000Z' } },
    ]);
    expect(err).toContain('Backup 1 is in quarantine until 2026-11-18T');
    expect(await textOf(await before.quarantine?.read('main'))).toBe('the login');
  });

  it('refuses while the session runs, and names the process that runs it', async () => {
    await generate('new.key');
    await plain().write('main', bytes(), write);
    const holder = { host: 'here', pid: 4711, since: 0, program: 'wakey start' };
    const lease = await plain().lease('main', holder);
    const { code, err } = await run(cwd, ['keys', 'rotate', 'main', '--new-key-file', 'new.key']);
    expect([code, err]).toEqual([10, expect.stringContaining('wakey start, process 4711 on host here')]);
    await lease.release();
  });

  it('says that there is no backup to encrypt, or that the new key is missing', async () => {
    await generate('new.key');
    const nothing = await run(cwd, ['keys', 'rotate', 'main', '--new-key-file', 'new.key']);
    expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('Session "main" has no backup')]);
    const { code, err } = await run(cwd, ['keys', 'rotate', 'main', '--key-file', 'new.key']);
    expect([code, err]).toEqual([2, expect.stringContaining('--new-key-file')]);
  });
});

describe('a key file', () => {
  it('that others can read is refused, with the command that corrects its mode', async () => {
    await generate('own.key');
    chmodSync(join(cwd, 'own.key'), 0o640);
    const { code, err } = await run(cwd, ['keys', 'rotate', 'main', '--new-key-file', 'own.key']);
    expect([code, err]).toEqual([2, expect.stringContaining(`(mode 0640). Run: chmod 600 '${join(cwd, 'own.key')}'`)]);
  });

  it.each([
    ['absent', 'there is no such file'],
    ['.', 'it is a directory'],
    ['garbled', 'Line 1 of the key file is not a key'],
  ])('that is none is named with the reason: %s', async (name, words) => {
    writeFileSync(join(cwd, 'garbled'), 'hunter2', { mode: 0o600 });
    chmodSync(cwd, 0o700);
    const { code, err } = await run(cwd, ['keys', 'rotate', 'main', '--new-key-file', name]);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    expect(err).toContain(join(cwd, name));
    expect(err).not.toContain('hunter2');
  });

  it('with a passphrase must have one line', async () => {
    for (const [text, words] of [
      ['', 'is empty'],
      ['\n', 'is empty'],
      ['one\ntwo\n', 'has several lines'],
    ] as const) {
      writeFileSync(join(cwd, 'words'), text, { mode: 0o600 });
      const { code, err } = await run(cwd, ['keys', 'rotate', 'main', '--new-passphrase-file', 'words']);
      expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    }
  });
});

describe('a secret on the command line', () => {
  it.each([['--passphrase', 'hunter2'], ['--passphrase=hunter2'], ['--key', 'AGE-SECRET-KEY-1HUNTER2']])(
    'is refused by a message that does not repeat it: %s',
    async (...args) => {
      for (const verb of [
        ['keys', 'add'],
        ['keys', 'rotate'],
      ]) {
        const { code, out, err } = await run(cwd, [...verb, 'main', ...args]);
        expect([code, err]).toEqual([2, expect.stringContaining('every user of this machine can read command lines')]);
        expect(out + err).not.toMatch(/hunter2/i);
      }
      expect(existsSync(join(cwd, '.wakey-sessions'))).toBe(false);
    },
  );

  it('is in no help, and its variable is in the reference', async () => {
    const { out } = await run(cwd, ['keys', 'add', '--help']);
    expect(out).toContain('WAKEY_KEY_FILE');
    expect(out).not.toMatch(/--(passphrase|key)[ =]/);
  });
});
