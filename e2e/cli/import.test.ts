import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type CliRig, openCliRig } from './cli-rig.ts';
import { reportIn } from './report-in.ts';

let rig: CliRig;
beforeEach(async () => {
  rig = await openCliRig();
});
afterEach(async () => {
  expect(await rig.close()).toEqual([]);
});

/** Links `main`, stops it, and exports it. */
async function exported(...args: readonly string[]): Promise<void> {
  const wakey = rig.start('--exit-when-ready');
  await rig.scan(wakey);
  expect(await wakey.exited).toBe(0);
  await rig.done('export', 'main', ...args);
}

/** Resumes a session, and proves that no code was needed. */
async function resumes(session: string, ...args: readonly string[]): Promise<void> {
  const wakey = rig.wakey('start', session, '--url', rig.simulator.url, '--json', '--exit-when-ready', ...args);
  expect(await wakey.exited).toBe(0);
  expect(await wakey.event('ready')).toMatchObject({ me: '447700900000@c.us', how: 'resumed' });
  expect(wakey.lines().filter(({ event }) => event === 'qr')).toEqual([]);
  expect(rig.simulator.phone.devices()).toHaveLength(1);
}

describe('wakey import', () => {
  it('imports an encrypted export in another directory, where no plain part of the login lies on the disk', async () => {
    await rig.run('keys', 'generate', '--key-file', 'wakey.key');
    await exported('--key-file', 'wakey.key', '--to', 'main.age');
    const there = ['--sessions-dir', 'elsewhere/sessions'];
    const key = ['--key-file', 'wakey.key'];
    const text = await rig.done('import', 'main.age', '--session', 'work', ...there, ...key);
    expect(text).toContain('own id 447700900000@c.us');
    expect(text).toContain('npx wakey start work --sessions-dir elsewhere/sessions --key-file wakey.key');
    expect(text).toContain('makes them replace each other');
    expect(readdirSync(rig.at('elsewhere/sessions/work/profile'))).toEqual([]);
    const [bundle = ''] = readdirSync(rig.at('elsewhere/sessions/work/bundles')).filter((name) =>
      name.endsWith('.bundle'),
    );
    expect(readFileSync(rig.at('elsewhere/sessions/work/bundles', bundle)).subarray(0, 3).toString()).toBe('age');
    const status = JSON.parse(await rig.done('status', 'work', '--json', ...there));
    expect(status).toMatchObject({ isLinked: true, me: '447700900000@c.us', kept: { generation: 1 } });
    await resumes('work', ...there, ...key);
  });

  it.each([
    ['with a store', []],
    ['without a store', ['--store', 'none']],
  ])('imports without encryption, given --plain, and the session starts %s', async (_, store) => {
    writeFileSync(rig.at('words'), 'six random words here\n', { mode: 0o600 });
    await exported('--passphrase-file', 'words', '--to', 'main.age');
    const there = ['--sessions-dir', 'elsewhere'];
    const text = await rig.done('import', 'main.age', '--passphrase-file', 'words', '--plain', '--json', ...there);
    expect(reportIn(text)).toMatchObject({ event: 'imported', wasEncrypted: true, me: '447700900000@c.us' });
    await resumes('main', ...there, ...store);
  });

  it('imports a plain export, which a later start with a key encrypts', async () => {
    await exported('--plain', '--to', 'main.wakey');
    const there = ['--sessions-dir', 'elsewhere'];
    await rig.done('import', 'main.wakey', ...there);
    await rig.run('keys', 'generate', '--key-file', 'wakey.key');
    await resumes('main', ...there, '--key-file', 'wakey.key');
  });

  it('refuses a session that has a login, and with --replace moves that login to quarantine', async () => {
    await exported('--plain', '--to', 'main.wakey');
    const { code, stderr } = await rig.run('import', 'main.wakey');
    expect(code).toBe(2);
    expect(stderr).toContain('has a login already, of 447700900000@c.us; nothing was changed');
    const text = await rig.done('import', 'main.wakey', '--replace');
    expect(text).toContain('quarantine');
    const [aside = ''] = readdirSync(rig.at('.wakey-sessions/main/quarantine'));
    expect(readdirSync(rig.at('.wakey-sessions/main/quarantine', aside))).toContain('Default');
    await resumes('main');
  });

  it('refuses a session that runs, and leaves it running', async () => {
    await exported('--plain', '--to', 'main.wakey');
    const wakey = rig.start();
    await wakey.event('ready');
    const { code, stderr } = await rig.run('import', 'main.wakey', '--replace');
    expect([code, stderr]).toEqual([10, expect.stringContaining('is held by wakey start')]);
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(0);
  });
});

describe('wakey import that cannot work', () => {
  it('prints the reason, and creates no session', async () => {
    await exported('--plain', '--to', 'main.wakey');
    writeFileSync(rig.at('words'), 'six random words here\n', { mode: 0o600 });
    writeFileSync(rig.at('others'), 'other words\n', { mode: 0o600 });
    await rig.done('export', 'main', '--passphrase-file', 'words', '--to', 'main.age');
    for (const [from, to] of [
      ['main.wakey', 'cut.wakey'],
      ['main.age', 'cut.age'],
    ] as const) {
      const bytes = readFileSync(rig.at(from));
      writeFileSync(rig.at(to), bytes);
      truncateSync(rig.at(to), bytes.length - 1000);
    }
    const flipped = readFileSync(rig.at('main.wakey'));
    flipped.writeUInt8(flipped.readUInt8(flipped.length >> 1) ^ 1, flipped.length >> 1);
    writeFileSync(rig.at('flipped.wakey'), flipped);
    writeFileSync(rig.at('empty'), '');
    writeFileSync(rig.at('text'), 'Dear diary, today I was no bundle at all, and nobody minded.');
    writeFileSync(rig.at('zip.zip'), 'PK\u0003\u0004 and the rest of it, which is not looked at here');
    writeFileSync(rig.at('zstd'), zstdCompressSync('no tar'));
    mkdirSync(rig.at('directory'));
    const before = readdirSync(rig.folder);
    for (const [args, wanted, words] of [
      [['cut.wakey'], 16, 'is damaged'],
      [['flipped.wakey'], 16, 'is damaged'],
      [['zstd'], 16, 'is damaged'],
      [['cut.age', '--passphrase-file', 'words'], 16, 'is damaged'],
      [['main.age'], 13, 'is encrypted, and Wakey has no key'],
      [['main.age', '--passphrase-file', 'others'], 13, 'the passphrase that was given does not open it'],
      [['empty'], 2, 'it is empty'],
      [['text'], 2, 'the file is neither an age file nor a zstd file'],
      [['zip.zip'], 2, 'it is a zip file'],
      [['directory'], 2, 'is a directory'],
      [['nothing'], 2, 'there is no such file'],
      [['main.wakey', '--session', '../up'], 2, 'cannot name a session'],
      [['main.wakey', 'two'], 2, 'too many arguments'],
      [[], 2, "missing required argument 'file'"],
    ] as const) {
      const { code, stderr } = await rig.run('import', ...args, '--sessions-dir', 'elsewhere');
      expect([args, code, stderr]).toEqual([args, wanted, expect.stringContaining(words)]);
      expect(stderr).not.toMatch(/^\s+at |six random/m);
      expect(readdirSync(rig.folder)).toEqual(before);
    }
  });

  it('does not change the existing session', async () => {
    await exported('--plain', '--to', 'main.wakey');
    writeFileSync(rig.at('cut.wakey'), readFileSync(rig.at('main.wakey')).subarray(0, 5000));
    const record = readFileSync(rig.at('.wakey-sessions/main/session.json'), 'utf8');
    const { code } = await rig.run('import', 'cut.wakey', '--replace');
    expect(code).toBe(16);
    expect(readFileSync(rig.at('.wakey-sessions/main/session.json'), 'utf8')).toBe(record);
    await resumes('main');
  });
});
