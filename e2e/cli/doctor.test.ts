import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { canMount, mountedDisk } from '@wakey/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRig, openCliRig } from './cli-rig.ts';

let rig: CliRig;
beforeEach(async () => {
  rig = await openCliRig();
});
afterEach(async () => {
  expect(await rig.close()).toEqual([]);
});

interface Found {
  readonly check: string;
  readonly is: string;
  readonly what: string;
  readonly hint?: string;
  readonly session?: string;
}

async function examine(...args: readonly string[]) {
  const wakey = rig.wakey('doctor', '--json', ...args);
  const code = await wakey.exited;
  expect(wakey.stderr()).toBe('');
  const lines = wakey
    .stdout()
    .split('\n')
    .map((line) => JSON.parse(line));
  const found: readonly Found[] = lines.filter(({ event }) => event === 'finding');
  return {
    code,
    text: wakey.stdout(),
    verdict: lines.at(-1),
    of: (check: string) => found.find((one) => one.check === check),
    bad: found.filter(({ is }) => is === 'bad').map(({ check }) => check),
  };
}

/** Every path below the folder with its mode, time and size. */
function everything(): readonly string[] {
  return readdirSync(rig.folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { mode, mtimeMs, size } = statSync(rig.at(name));
      return `${name} ${mode} ${mtimeMs} ${size}`;
    });
}

describe('wakey doctor', () => {
  it('reports no problem in a folder without sessions, and creates no file', async () => {
    const { code, of, bad, verdict } = await examine();
    expect([code, bad]).toEqual([0, []]);
    expect(verdict).toMatchObject({ event: 'doctor', isWell: true, bad: 0, leftOut: [] });
    expect(of('browser-runs')?.what).toMatch(/Chrome \d+\.\d+\.\d+\.\d+ starts/);
    for (const need of ['Web Locks', 'CacheStorage', 'stored key that works after a reload', 'workers that run'])
      expect(of('browser-has')?.what).toContain(need);
    expect(of('browser-name')).toBeUndefined();
    expect(of('node')).toMatchObject({ is: 'good' });
    expect(of('browser')?.what).toMatch(/\d+\.\d+\.\d+\.\d+: \//);
    for (const check of ['driver', 'sandbox', 'memory', 'store', 'keys']) expect(of(check)).toBeDefined();
    expect(of('sessions-dir')?.what).toContain('does not exist yet');
    expect(rig.files()).toEqual([]);
  });

  it('does not say that all is well of a browser that it was told not to start', async () => {
    const { code, of, verdict } = await examine('--skip-browser');
    expect([code, of('browser-runs')]).toEqual([0, undefined]);
    expect(verdict).toMatchObject({ isWell: false, bad: 0, leftOut: ['browser'] });
    const told = rig.wakey('doctor', '--skip-browser');
    expect(await told.exited).toBe(0);
    expect(told.stdout()).toContain('Nothing to repair was found. Not looked at: browser.');
    expect(told.stdout()).not.toContain('All is well');
  });

  it('reports a linked session as healthy, whether it runs or not, and changes nothing', async () => {
    await rig.link();
    const before = everything();
    const atRest = await examine();
    expect([atRest.code, atRest.bad]).toEqual([0, []]);
    expect(atRest.of('linked')?.what).toContain('linked as 447700900000@c.us');
    expect(atRest.of('profile')).toMatchObject({ session: 'main', is: 'good', what: 'its profile is sound' });
    expect(atRest.of('kept')?.what).toMatch(/backup 1, the newest .* ago, not encrypted/);
    expect(everything()).toEqual(before);
    const wakey = rig.start();
    await wakey.event('ready');
    const running = await examine('main');
    expect([running.code, running.bad]).toEqual([0, []]);
    expect(running.of('holder')?.what).toContain(`run by wakey start, process ${wakey.pid}`);
    expect(running.of('profile')).toBeUndefined();
    wakey.child.kill('SIGINT');
    expect(await wakey.exited).toBe(0);
  });

  it('finds a damaged profile, a missing profile, and directories that others can read', async () => {
    await rig.link('--store', 'none');
    const [site = ''] = readdirSync(rig.at('.wakey-sessions/main/profile/Default/IndexedDB'));
    writeFileSync(rig.at('.wakey-sessions/main/profile/Default/IndexedDB', site, 'CURRENT'), 'MANIFEST-999999\n');
    chmodSync(rig.at('.wakey-sessions/main'), 0o755);
    const damaged = await examine();
    expect([damaged.code, damaged.bad]).toEqual([3, ['profile', 'modes']]);
    expect(damaged.of('modes')?.hint).toContain('chmod 700');
    rmSync(rig.at('.wakey-sessions/main/profile'), { recursive: true });
    chmodSync(rig.at('.wakey-sessions'), 0o755);
    const lost = await examine();
    expect(lost.bad).toEqual(['sessions-dir', 'profile', 'modes']);
    expect(statSync(rig.at('.wakey-sessions')).mode & 0o777).toBe(0o755);
  });

  it('finds a damaged backup, a browser without a holder, a browser that is too old, and an unreadable record', async () => {
    await rig.link();
    writeFileSync(rig.at('.wakey-sessions/main/bundles/1.bundle'), 'not a bundle');
    const profile = rig.at('.wakey-sessions/main/profile');
    const stray = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', `--user-data-dir=${profile}`]);
    try {
      const { code, bad, of } = await examine();
      expect([code, [...bad].sort()]).toEqual([3, ['kept', 'stray-browser']]);
      expect(of('stray-browser')?.what).toContain(`Process ${stray.pid}`);
    } finally {
      stray.kill();
      await once(stray, 'exit');
    }
    const record = JSON.parse(readFileSync(rig.at('.wakey-sessions/main/session.json'), 'utf8'));
    const browser = { product: 'Chrome', version: '999.0.1.2' };
    writeFileSync(rig.at('.wakey-sessions/main/session.json'), JSON.stringify({ ...record, browser }));
    expect((await examine()).of('browser-older')?.what).toContain('was written by Chrome 999.0.1.2');
    writeFileSync(rig.at('.wakey-sessions/main/session.json'), 'no record');
    expect((await examine()).bad).toContain('record');
  });

  // Only root may mount a disk, and not in every container. Elsewhere Vitest reports this test as skipped.
  it.runIf(canMount())('finds a sessions directory whose disk is read-only', async () => {
    const disk = mountedDisk();
    try {
      expect((await examine('--sessions-dir', disk.path)).of('sessions-dir')?.is).toBe('good');
      disk.remount('ro');
      const { code, of } = await examine('--sessions-dir', disk.path);
      expect([code, of('sessions-dir')]).toEqual([3, expect.objectContaining({ is: 'bad' })]);
      expect(of('sessions-dir')?.what).toContain('cannot be written');
    } finally {
      disk.remove();
    }
  });

  it('reports whether the key opens the backups, and prints no secret', async () => {
    for (const name of ['wakey.key', 'other.key']) {
      const made = rig.wakey('keys', 'generate', '--key-file', name);
      await made.exited;
    }
    await rig.link('--key-file', 'wakey.key');
    const key = readFileSync(rig.at('wakey.key'), 'utf8').split('\n').at(2) ?? '';
    expect(key).toMatch(/^AGE-SECRET-KEY-1/);
    const right = await examine('--key-file', 'wakey.key');
    expect([right.code, right.bad]).toEqual([0, []]);
    expect(right.of('kept')?.what).toMatch(/the newest .* ago, encrypted/);
    const none = await examine();
    expect([none.code, none.of('kept-key')?.is]).toEqual([0, 'note']);
    const wrong = await examine('--key-file', 'other.key');
    expect([wrong.code, wrong.bad]).toEqual([3, ['kept']]);
    chmodSync(rig.at('wakey.key'), 0o644);
    const open = await examine('--key-file', 'wakey.key');
    expect([open.code, open.bad]).toEqual([3, ['keys']]);
    expect(open.of('keys')?.what).toContain('Run: chmod 600');
    for (const { text } of [right, none, wrong, open]) expect(text).not.toContain(key);
  });

  it('names the drivers and stores that Wakey has when the given one does not exist', async () => {
    const wakey = rig.wakey('doctor', '--browser', './nowhere', '--driver', 'nothing', '--store', 'nowhere');
    expect(await wakey.exited).toBe(3);
    expect(wakey.stdout()).toContain('✗ There is no driver "nothing" here. Wakey has puppeteer,');
    expect(wakey.stdout()).toContain('✗ There is no store "nowhere" here. Wakey has filesystem,');
    // An unknown name may belong to a stranger's package, so Wakey must not propose to install it.
    expect(wakey.stdout()).not.toContain('npm install');
    expect(wakey.stdout()).toContain('nowhere');
    expect(wakey.stdout()).toContain('2 to repair.');
  });

  it.each([
    [['nobody'], 'There is no session "nobody"'],
    [['../up'], 'cannot name a session'],
    [['a', 'b'], 'too many arguments'],
    [['--store'], 'argument missing'],
  ])('reports what is wrong with the arguments %j', async (args, words) => {
    const wakey = rig.wakey('doctor', ...args);
    expect([await wakey.exited, wakey.stderr()]).toEqual([2, expect.stringContaining(words)]);
  });
});
