import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chromiumArguments, isHeadlessShell } from './arguments.js';
import { decideSandbox } from './sandbox.js';

const browser = { executable: '/opt/chrome', profile: '/data/profile', marker: 'abc' };

describe('chromiumArguments', () => {
  it('names the profile and the marker, and switches off background traffic and prompts', async () => {
    const { args } = await chromiumArguments(browser);
    expect(args).toEqual(
      expect.arrayContaining([
        '--user-data-dir=/data/profile',
        '--wakey-browser-id=abc',
        '--disable-background-networking',
        '--no-first-run',
        '--disable-quic',
        '--headless=new',
      ]),
    );
    expect(args).not.toContain('--enable-automation');
  });

  it('has the arguments that the options require', async () => {
    const { args, sandbox } = await chromiumArguments({
      ...browser,
      headless: false,
      sandbox: 'off',
      ignoreCertificateErrors: true,
      proxy: { server: 'http://proxy:1' },
      userAgent: 'Mine',
    });
    expect(args).toEqual(
      expect.arrayContaining([
        '--no-sandbox',
        '--ignore-certificate-errors',
        '--proxy-server=http://proxy:1',
        '--user-agent=Mine',
      ]),
    );
    expect(args).not.toContain('--headless=new');
    expect(sandbox).toEqual({ on: false, reason: 'the option "sandbox" is "off"' });
  });

  it('puts the caller’s arguments last, and merges the disabled features into one list', async () => {
    const { args } = await chromiumArguments({
      ...browser,
      args: ['--lang=de', '--disable-features=Mine,Other', '--last'],
    });
    expect(args.slice(-2)).toEqual(['--lang=de', '--last']);
    const lists = args.filter((arg) => arg.startsWith('--disable-features='));
    expect(lists).toHaveLength(1);
    expect(lists[0]).toMatch(/Translate.*,Mine,Other$/);
  });

  it('refuses an argument that would move the profile elsewhere, outside the session’s lock', async () => {
    const others = ['--user-data-dir=/elsewhere', '--user-data-dir', '-user-data-dir=/elsewhere', '/user-data-dir=C:'];
    const spaced = [' --user-data-dir=/elsewhere', '\t--incognito\n', '--User-Data-Dir=C:'];
    const within = [
      '--profile-directory=Profile 1',
      '-profile-directory',
      '--profile-email=a@b.c',
      '--guest',
      '--incognito',
    ];
    for (const arg of [...others, ...spaced, ...within]) {
      const made = chromiumArguments({ ...browser, args: [arg] });
      await expect(made, arg).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('"args"'),
      });
    }
  });

  it('accepts arguments that only resemble a profile argument', async () => {
    const args = ['--profile-directory-name=x', '--incognito-mode', 'https://site/--user-data-dir=/elsewhere'];
    expect((await chromiumArguments({ ...browser, args })).args).toEqual(expect.arrayContaining(args));
  });
});

describe('decideSandbox', () => {
  const decide = (options: Partial<Parameters<typeof decideSandbox>[0]>) =>
    decideSandbox({ sandbox: 'auto', executable: '/opt/chrome', platform: 'linux', uid: 1000, ...options });

  it('is on or off as the option says', async () => {
    expect(await decide({ sandbox: 'on', uid: 0 })).toMatchObject({ on: true });
    expect(await decide({ sandbox: 'off', platform: 'darwin' })).toMatchObject({ on: false });
  });

  it('with "auto" is on if the sandbox can work, and otherwise off with the reason', async () => {
    expect(await decide({ namespaces: async () => true })).toMatchObject({ on: true });
    expect(await decide({ namespaces: async () => false })).toMatchObject({
      on: false,
      reason: expect.stringContaining('namespaces'),
    });
    expect(await decide({ uid: 0 })).toMatchObject({ on: false, reason: expect.stringContaining('root') });
    expect(await decide({ platform: 'win32', uid: undefined })).toMatchObject({ on: true });
  });

  it('relies on the setuid helper only if that has the setuid right', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wakey-helper-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    // A downloaded Chrome has such a helper without the right; Chromium refuses to start with it when it needs it.
    await writeFile(join(folder, 'chrome_sandbox'), '', { mode: 0o755 });
    const decided = await decide({ executable: join(folder, 'chrome'), namespaces: async () => false });
    expect(decided).toMatchObject({ on: false });
  });
});

describe('isHeadlessShell', () => {
  it.each([
    ['/usr/lib/chromium/chromium-headless-shell', true],
    ['/opt/chrome-headless-shell', true],
    ['/usr/lib64/chromium-browser/headless_shell', true],
    ['/usr/lib/chromium/chromium', false],
  ])('%s: %s', (path, answer) => {
    expect(isHeadlessShell(path)).toBe(answer);
  });
});
