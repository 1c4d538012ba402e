import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRig, openCliRig } from './cli-rig.ts';

/** Whether age and zstd are installed. The set-up of `npm test` installs them if it may; otherwise the test that needs them is skipped. */
const hasTools = ['age', 'zstd'].every((tool) => spawnSync(tool, ['--version']).status === 0);

let rig: CliRig;
beforeEach(async () => {
  rig = await openCliRig();
});
afterEach(async () => {
  expect(await rig.close()).toEqual([]);
});

const at = (...names: string[]) => join(rig.folder, '.wakey-sessions', 'main', ...names);
const bundles = () =>
  readdirSync(at('bundles'))
    .filter((name) => name.endsWith('.bundle'))
    .sort();
const beginsLikeAge = (name: string) => readFileSync(at('bundles', name)).subarray(0, 21).toString();

async function generate(name: string): Promise<void> {
  expect(await rig.wakey('keys', 'generate', '--key-file', name).exited).toBe(0);
}

/** Links the session, saves a backup, and ends. */
async function link(...args: readonly string[]): Promise<void> {
  const wakey = rig.start('--exit-when-ready', ...args);
  await rig.scan(wakey);
  expect(await wakey.exited).toBe(0);
}

/** Starts the session again until it is ready, checks that it showed no code, and returns its exit code and output. */
async function again(...args: readonly string[]) {
  const wakey = rig.start('--exit-when-ready', ...args);
  const code = await wakey.exited;
  expect(wakey.lines().filter(({ event }) => event === 'qr')).toEqual([]);
  return { code, wakey };
}

describe('a session that the command line starts', () => {
  it('has backups that are encrypted with a key file, and is restored with that key when its profile is gone', async () => {
    await generate('wakey.key');
    await link('--key-file', 'wakey.key');
    expect(bundles().map(beginsLikeAge)).toEqual(bundles().map(() => 'age-encryption.org/v1'));
    expect(bundles()).not.toEqual([]);
    await rm(at('profile'), { recursive: true, force: true });
    const { code, wakey } = await again('--key-file', 'wakey.key');
    expect([code, wakey.stderr()]).toEqual([0, '']);
    expect(await wakey.event('ready')).toMatchObject({ how: 'resumed' });
  });

  it('does not start with another key or without a key, and neither attempt changes its backups', async () => {
    await generate('wakey.key');
    await generate('other.key');
    await link('--key-file', 'wakey.key');
    const before = bundles().map((name) => readFileSync(at('bundles', name)));
    for (const [args, words] of [
      [['--key-file', 'other.key'], 'the key that was given does not open it'],
      [[], 'is encrypted, and Wakey has no key'],
    ] as const) {
      const { code, wakey } = await again(...args);
      expect([code, wakey.lines().at(-1)]).toMatchObject([11, { message: expect.stringContaining(words) }]);
    }
    expect(bundles().map((name) => readFileSync(at('bundles', name)))).toEqual(before);
    expect((await again('--key-file', 'wakey.key')).code).toBe(0);
  });

  it('warns that its backups are not encrypted when it starts with a passphrase, and encrypts the next backup', async () => {
    await link();
    await writeFile(join(rig.folder, 'words'), 'six random words\n', { mode: 0o600 });
    const { code, wakey } = await again('--passphrase-file', 'words');
    expect([code, wakey.stderr()]).toEqual([0, expect.stringContaining('"main" is not encrypted')]);
    expect(beginsLikeAge(bundles().at(-1) ?? '')).toBe('age-encryption.org/v1');
  });

  it('changes its keys while it does not run, and refuses to while it runs', async () => {
    await generate('old.key');
    await generate('new.key');
    await link('--key-file', 'old.key');
    const rotate = ['keys', 'rotate', 'main', '--key-file', 'old.key', '--new-key-file', 'new.key'];
    const running = rig.start('--key-file', 'old.key');
    await running.event('ready');
    const refused = rig.wakey(...rotate);
    expect([await refused.exited, refused.stderr()]).toEqual([10, expect.stringContaining(`process ${running.pid}`)]);
    running.child.kill('SIGTERM');
    await running.exited;
    expect(await rig.wakey(...rotate).exited).toBe(0);
    await rm(at('profile'), { recursive: true, force: true });
    expect((await again('--key-file', 'old.key')).code).toBe(11);
    expect((await again('--key-file', 'new.key')).code).toBe(0);
  });

  it('has no backup with --store none', async () => {
    await link('--store', 'none');
    expect(existsSync(at('bundles'))).toBe(false);
    expect((await again('--store', 'none')).code).toBe(0);
  });

  it.runIf(hasTools)(
    'has a backup that opens by hand with age -d | zstd -d | tar x, and whose checksums sha256sum confirms',
    async () => {
      await generate('wakey.key');
      await link('--key-file', 'wakey.key');
      const newest = at('bundles', bundles().at(-1) ?? '');
      const script = `set -eo pipefail; mkdir out; age -d -i wakey.key "${newest}" | zstd -d | tar x -C out; cd out; sha256sum -c --quiet SHA256SUMS`;
      const { status, stderr } = spawnSync('bash', ['-c', script], { cwd: rig.folder, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      const manifest: unknown = JSON.parse(readFileSync(join(rig.folder, 'out', 'wakey.json'), 'utf8'));
      expect(manifest).toMatchObject({ kind: 'profile', me: '447700900000@c.us' });
    },
  );
});
