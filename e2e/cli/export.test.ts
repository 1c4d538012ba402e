import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
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

/** The names in a plain bundle. */
function namesIn(path: string): readonly string[] {
  const listed = execFileSync('tar', ['tf', '-'], { input: zstdDecompressSync(readFileSync(path)), encoding: 'utf8' });
  return listed.trim().split('\n');
}

describe('wakey export', () => {
  it('exports a session that is not running into one file for its key, which the age tool opens as a bundle', async () => {
    await rig.link();
    await rig.run('keys', 'generate', '--key-file', 'wakey.key');
    const { code, stdout } = await rig.run('export', 'main', '--key-file', 'wakey.key', '--json');
    expect(code).toBe(0);
    reportIn(stdout);
    const done = JSON.parse(stdout);
    expect(done).toMatchObject({ session: 'main', isEncrypted: true, from: 'profile', me: '447700900000@c.us' });
    expect(done.file).toMatch(/main-\d{4}-\d\d-\d\dT[\d-]+Z\.wakey\.age$/);
    expect(statSync(done.file).mode & 0o777).toBe(0o600);
    expect(statSync(done.file).size).toBe(done.size);
    expect(readFileSync(done.file).subarray(0, 22).toString()).toBe('age-encryption.org/v1\n');
    if (!existsSync('/usr/bin/age') || !existsSync('/usr/bin/zstd')) return;
    mkdirSync(rig.at('opened'));
    execFileSync('sh', [
      ...['-c', 'age -d -i "$1" "$2" | zstd -dq | tar xf - -C "$3" && cd "$3" && sha256sum --quiet -c SHA256SUMS'],
      ...['sh', rig.at('wakey.key'), done.file, rig.at('opened')],
    ]);
    expect(readdirSync(rig.at('opened')).sort()).toEqual(['SHA256SUMS', 'profile', 'wakey.json']);
  });

  it('exports the newest backup while the session runs, and does not disturb the session', async () => {
    await rig.link();
    const wakey = rig.start();
    await wakey.event('ready');
    const { code, stdout } = await rig.run('export', 'main', '--plain', '--to', 'main.wakey');
    expect(code).toBe(0);
    expect(stdout).toContain(`wakey start, process ${wakey.pid} on`);
    expect(stdout).toMatch(/taken from backup 1, saved \d+ s ago/);
    const names = namesIn(rig.at('main.wakey'));
    expect([names[0], names.at(-1)]).toEqual(['wakey.json', 'SHA256SUMS']);
    expect(names.some((name) => name.startsWith('profile/Default/IndexedDB/'))).toBe(true);
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(0);
  });

  it('names the driver and the key in the command that brings the session back', async () => {
    await rig.link();
    const plain = await rig.run('export', 'main', '--plain', '--to', 'a.tar.zst', '--driver', 'playwright');
    const lastLine = ({ stdout }: { readonly stdout: string }) => stdout.trimEnd().split('\n').at(-1);
    expect(lastLine(plain)).toBe(`Bring it back: npx wakey import ${rig.at('a.tar.zst')} --driver playwright`);
    await rig.run('keys', 'generate', '--key-file', 'k');
    const sealed = await rig.run('export', 'main', '--key-file', 'k', '--store', 'none', '--to', 'a.age');
    expect(lastLine(sealed)).toBe(`Bring it back: npx wakey import ${rig.at('a.age')} --key-file k`);
  });

  it('says what to do when the session runs and has no backup', async () => {
    await rig.link('--store', 'none');
    const wakey = rig.start('--store', 'none');
    await wakey.event('ready');
    for (const store of [[], ['--store', 'none']]) {
      const { code, stderr } = await rig.run('export', 'main', '--plain', '--to', 'main.wakey', ...store);
      expect([code, stderr]).toEqual([10, expect.stringContaining('is running and has no backup')]);
    }
    expect(existsSync(rig.at('main.wakey'))).toBe(false);
  });

  it('exports a backup when the profile is lost, and skips a damaged backup', async () => {
    await rig.link();
    const wakey = rig.start('--exit-when-ready');
    expect(await wakey.exited).toBe(0);
    await rm(rig.at('.wakey-sessions/main/profile'), { recursive: true });
    writeFileSync(rig.at('.wakey-sessions/main/bundles/2.bundle'), 'not a bundle');
    const { code, stdout } = await rig.run('export', 'main', '--plain', '--json', '--to', 'main.wakey');
    expect(code).toBe(0);
    expect(reportIn(stdout)).toMatchObject({ from: 'store', generation: 1, why: 'profile-not-newest' });
  });

  it('writes the file to a pipe, and its messages to stderr', async () => {
    await rig.link();
    // The test uses a shell, because `run` reads stdout as lines of text.
    const program = join(import.meta.dirname, '../../apps/cli/bin/wakey.js');
    const script = '"$1" "$2" export main --plain --to - 2> words > main.wakey';
    execFileSync('sh', ['-c', script, 'sh', process.execPath, program], { cwd: rig.folder });
    expect(readFileSync(rig.at('words'), 'utf8')).toContain('NOT encrypted');
    expect(namesIn(rig.at('main.wakey')).at(-1)).toBe('SHA256SUMS');
  });

  it('encrypts with only a passphrase, or with only a public key', async () => {
    await rig.link();
    writeFileSync(rig.at('words.txt'), 'six random words here\n', { mode: 0o600 });
    const generated = await rig.run('keys', 'generate', '--key-file', 'wakey.key', '--json');
    const { recipient } = JSON.parse(generated.stdout);
    for (const args of [
      ['--passphrase-file', 'words.txt', '--to', 'a'],
      ['--recipient', recipient, '--to', 'b'],
    ]) {
      expect((await rig.run('export', 'main', ...args)).code).toBe(0);
    }
    for (const name of ['a', 'b']) expect(readFileSync(rig.at(name)).subarray(0, 3).toString()).toBe('age');
  });
});

describe('wakey export that cannot work', () => {
  it('prints the reason, and leaves no file', async () => {
    await rig.link();
    writeFileSync(rig.at('there'), 'mine');
    mkdirSync(rig.at('directory'));
    writeFileSync(rig.at('open.key'), 'AGE-SECRET-KEY-1HUNTER2', { mode: 0o600 });
    chmodSync(rig.at('open.key'), 0o644);
    const before = readdirSync(rig.folder);
    for (const [args, words] of [
      [['main'], 'name who can open it: --key-file, --recipient or --passphrase-file'],
      [['main', '--plain', '--to', 'there'], 'it exists already and is not overwritten'],
      [['main', '--plain', '--to', 'directory'], 'it exists already'],
      [['main', '--plain', '--to', 'none/file'], 'its directory does not exist'],
      [['main', '--key-file', 'open.key'], 'Other users can read'],
      [['main', '--key-file', 'nothing.key'], 'there is no such file'],
      [['main', '--recipient', 'age1wrong'], 'A public key is not valid'],
      [['nobody', '--plain'], 'There is no session "nobody"'],
      [['../main', '--plain'], 'cannot name a session'],
      [['main', 'two', '--plain'], 'too many arguments'],
      [[], "missing required argument 'session'"],
    ] as const) {
      const { code, stderr } = await rig.run('export', ...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(words)]);
      expect(stderr).not.toMatch(/^\s+at |HUNTER2/m);
    }
    expect(readdirSync(rig.folder)).toEqual(before);
    expect(readFileSync(rig.at('there'), 'utf8')).toBe('mine');
  });

  it('reports a session that is not linked', async () => {
    const wakey = rig.start();
    await wakey.event('qr');
    wakey.child.kill('SIGINT');
    await wakey.exited;
    const { code, stderr } = await rig.run('export', 'main', '--plain', '--to', 'file');
    expect(code).toBe(2);
    expect(stderr).toContain('has no login to export');
    expect(existsSync(rig.at('file'))).toBe(false);
  });
});
