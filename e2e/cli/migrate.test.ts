import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import whatsapp from 'whatsapp-web.js';
import { chromiumPath, quietArgs, siteArgs } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';
import { ran, succeeded } from './cli-rig.ts';
import { reportIn } from './report-in.ts';
import { runWakey } from './wakey.ts';

let simulator: Simulator;
let whileItRan: Awaited<ReturnType<typeof run>>;
let folder: Awaited<ReturnType<typeof makeFolder>>;
const at = (...names: readonly string[]) => join(folder.path, ...names);

beforeAll(async () => {
  simulator = await startSimulator({ https: true, speed: 20 });
  folder = await makeFolder();
  await linkWithTheirs();
});

afterAll(async () => {
  await simulator.close();
  await folder.remove();
});

/** Lets the unmodified whatsapp-web.js link `.wwebjs_auth/session-shop` and stop cleanly. */
async function linkWithTheirs(): Promise<void> {
  const client = new whatsapp.Client({
    authStrategy: new whatsapp.LocalAuth({ clientId: 'shop', dataPath: at('.wwebjs_auth') }),
    webVersionCache: { type: 'none' },
    puppeteer: { executablePath: chromiumPath(), args: [...quietArgs, ...siteArgs(simulator.url)] },
  });
  const signal = AbortSignal.timeout(50_000);
  const qr = once(client, 'qr', { signal });
  const ready = once(client, 'ready', { signal });
  void client.initialize();
  await simulator.phone.scan(String((await qr)[0]));
  await ready;
  whileItRan = await run('migrate', '.wwebjs_auth', '--session', 'early');
  await client.destroy();
}

const run = (...args: readonly string[]) => ran(runWakey(args, { cwd: folder.path }));

const done = (...args: readonly string[]) => succeeded(args, runWakey(args, { cwd: folder.path }));

type BrowserKind = Parameters<typeof chromiumPath>[0];

/** Resumes a session with Wakey, in a browser that resolves WhatsApp's host name to the simulator, and proves that no code was needed. */
async function resumes(session: string, browser: BrowserKind, ...args: readonly string[]): Promise<void> {
  const site = siteArgs(simulator.url).map((argument) => `--browser-arg=${argument}`);
  const wakey = runWakey(
    ['start', session, '--json', '--exit-when-ready', '--ignore-certificate-errors', ...site, ...args],
    {
      cwd: folder.path,
      env: { WAKEY_BROWSER: chromiumPath(browser) },
    },
  );
  expect([await wakey.exited, wakey.stderr()]).toEqual([0, '']);
  expect(await wakey.event('ready')).toMatchObject({ me: '447700900000@c.us', how: 'resumed' });
  expect(wakey.lines().filter(({ event }) => event === 'qr')).toEqual([]);
  expect(simulator.phone.devices()).toHaveLength(1);
}

/** A digest of every file, link, mode and time below a directory. */
function fingerprint(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(directory, name);
    const { mode, mtimeMs, size } = lstatSync(path);
    hash.update(`${name} ${mode} ${mtimeMs} ${size}\n`);
    if (lstatSync(path).isFile()) hash.update(readFileSync(path));
    if (lstatSync(path).isSymbolicLink()) hash.update(readlinkSync(path));
  }
  return hash.digest('hex');
}

/** Copies the login of whatsapp-web.js into the layout of another program, with another name for the profile. */
function layOut(userDataDir: string, profile = 'Default'): void {
  mkdirSync(dirname(at(userDataDir)), { recursive: true });
  cpSync(at('.wwebjs_auth/session-shop'), at(userDataDir), { recursive: true, verbatimSymlinks: true });
  if (profile === 'Default') return;
  renameSync(at(userDataDir, 'Default'), at(userDataDir, profile));
  // A user's browser records which profile it used last; the profile of whatsapp-web.js has no such record.
  const state = JSON.parse(readFileSync(at(userDataDir, 'Local State'), 'utf8'));
  const known = { ...state.profile, last_used: profile, last_active_profiles: [profile] };
  writeFileSync(at(userDataDir, 'Local State'), JSON.stringify({ ...state, profile: known }));
}

describe('wakey migrate', () => {
  it('migrates a login of the unmodified whatsapp-web.js, only reads the source, and resumes without a code', async () => {
    const before = fingerprint(at('.wwebjs_auth'));
    const text = await done('migrate', '.wwebjs_auth', '--session', 'shop');
    expect(text).toContain('profile "Default" in');
    expect(text).toContain('(whatsapp-web.js). That profile was not changed.');
    expect(fingerprint(at('.wwebjs_auth'))).toBe(before);
    const [status] = [JSON.parse(await done('status', 'shop', '--json'))];
    expect(status).toMatchObject({ isLinked: true, driver: 'whatsapp-web.js', kept: { generation: 1 } });
    expect(status.browser.version).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    await resumes('shop', 'headless-shell');
  });

  it('migrates a directory of wppconnect, and encrypts the login if a key is given', async () => {
    layOut('tokens/counter');
    await run('keys', 'generate', '--key-file', 'wakey.key');
    const key = ['--key-file', 'wakey.key'];
    const text = await done('migrate', 'tokens/counter', '--session', 'counter', '--json', ...key);
    expect(reportIn(text)).toMatchObject({ event: 'migrated', from: { kind: 'wppconnect', profile: 'Default' } });
    expect(readdirSync(at('.wakey-sessions/counter/profile'))).toEqual([]);
    await resumes('counter', 'headless-shell', ...key);
  });

  it('migrates the profile of a plain Chromium that has WhatsApp Web, whatever its name', async () => {
    layOut('chromium', 'Profile 1');
    const other = 'chromium/Default/IndexedDB/https_example.org_0.indexeddb.leveldb';
    mkdirSync(at(other), { recursive: true });
    const text = await done('migrate', 'chromium', '--session', 'browser');
    expect(text).toContain('profile "Profile 1" in');
    await resumes('browser', 'chromium');
  });

  it('refuses to choose between several profiles with WhatsApp Web, and migrates the profile that --profile names', async () => {
    layOut('several/session-a');
    layOut('several/session-b');
    const { code, stderr } = await run('migrate', 'several', '--session', 'several');
    expect(code).toBe(2);
    expect(stderr).toContain('Name one with --profile: session-a/Default (has WhatsApp Web), session-b/Default');
    const text = await done('migrate', 'several', '--session', 'several', '--profile', 'session-b');
    expect(text).toContain('several/session-b');
  });
});

describe('wakey migrate that cannot work', () => {
  it('refuses while the other program runs', () => {
    expect(whileItRan).toMatchObject({ code: 10, stderr: expect.stringContaining('A browser uses') });
    expect(whileItRan.stderr).toContain('Stop the program that uses it');
  });

  it('refuses a session that already has a login', async () => {
    await done('migrate', '.wwebjs_auth', '--session', 'twice');
    const { code, stderr } = await run('migrate', '.wwebjs_auth', '--session', 'twice');
    expect([code, stderr]).toEqual([2, expect.stringContaining('has a login already; nothing was changed')]);
  });

  it('prints the reason, and creates no session', async () => {
    layOut('damaged');
    const [site = ''] = readdirSync(at('damaged/Default/IndexedDB')).filter((name) => name.endsWith('.leveldb'));
    writeFileSync(at('damaged/Default/IndexedDB', site, 'CURRENT'), 'MANIFEST-999999\n');
    mkdirSync(at('nothing'));
    writeFileSync(at('file'), '');
    const sessions = readdirSync(at('.wakey-sessions'));
    for (const [args, wanted, words] of [
      [['damaged'], 11, 'cannot be migrated: '],
      [['nothing'], 2, 'no browser profile'],
      [['file'], 2, 'is not a directory'],
      [['absent'], 2, 'does not exist'],
      [['.wwebjs_auth', '--profile', 'Profile 9'], 2, 'No profile is called "Profile 9"'],
      [['.wwebjs_auth', '--session', '../up'], 2, 'cannot name a session'],
      [['one', 'two'], 2, 'too many arguments'],
      [[], 2, "missing required argument 'path'"],
    ] as const) {
      const { code, stderr } = await run('migrate', '--session', 'never', ...args);
      expect([args, code, stderr]).toEqual([args, wanted, expect.stringContaining(words)]);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(readdirSync(at('.wakey-sessions'))).toEqual(sessions);
  });

  it('imports a profile of a newer browser, which the next start refuses before the browser could damage it', async () => {
    layOut('newer');
    writeFileSync(at('newer/Last Version'), '999.0.1.2');
    await done('migrate', 'newer', '--session', 'newer');
    const { code, stderr } = await run('start', 'newer', '--url', simulator.url, '--ignore-certificate-errors');
    expect([code, stderr]).toEqual([25, expect.stringContaining('was written by Chrome 999.0.1.2')]);
  });
});
