import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserOptions } from '@wakey/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftIn } from '../test/left.ts';
import { standInBinary } from '../test/stand-in/binary.ts';
import { versions } from '../test/stand-in/versions.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

describe.each(versions)('a stand-in for Lightpanda %s', (version) => {
  let folder: string;
  let executable: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lightpanda-test-'));
    executable = await standInBinary({ version }, folder);
  });
  afterEach(async () => {
    const left = leftIn(folder);
    await rm(folder, { recursive: true, force: true });
    expect(left).toEqual([]);
  });
  const launch = (options: BrowserOptions = {}) =>
    lightpandaDriver({ executable, ...options, env: { TMPDIR: folder, ...options.env } }).launch({});

  it('reports the version of its build, and not the fixed version of Chrome', async () => {
    const browser = await launch();
    expect(browser.version).toEqual({ product: 'Lightpanda', version });
    await browser.close();
  });

  it('is lost, and its process ends, when its watchdog closes the connection', async () => {
    const browser = await launch();
    await expect(browser.page.goto('stand-in:watchdog')).rejects.toMatchObject({ code: 'browser-lost' });
    expect(await browser.lost).toMatchObject({ kind: 'disconnected' });
    expect(leftIn(folder)).toEqual([]);
    await browser.close();
  });

  it('that answers nothing any more: each call ends at its deadline, and close() ends the process', async () => {
    const browser = await launch();
    await expect(browser.page.goto('stand-in:stall', { timeout: 100 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(browser.page.evaluate('1', null, { timeout: 100 })).rejects.toMatchObject({ code: 'timeout' });
    await browser.close();
    expect(await browser.lost).toMatchObject({ kind: 'closed' });
  });
});

describe('the binary of Lightpanda', () => {
  it('is the binary in `executable`, in the environment, or in the download directory of its package', async () => {
    const home = await mkdtemp(join(tmpdir(), 'lightpanda-home-'));
    const binary = await standInBinary({ version: '1.0.0' });
    const cache = join(home, '.cache', 'lightpanda-node');
    await mkdir(cache, { recursive: true });
    await symlink(binary, join(cache, 'lightpanda'));
    const versionOf = async (options: BrowserOptions) => {
      const browser = await lightpandaDriver(options).launch({});
      await browser.close();
      return browser.version.version;
    };
    expect(await versionOf({ env: { HOME: home } })).toBe('1.0.0');
    expect(await versionOf({ env: { LIGHTPANDA_EXECUTABLE_PATH: binary } })).toBe('1.0.0');
    const nowhere = lightpandaDriver({ env: { HOME: join(home, 'nobody') } }).launch({});
    await expect(nowhere).rejects.toMatchObject({ code: 'browser-unavailable' });
    await expect(nowhere).rejects.toThrow(join(home, 'nobody', '.cache', 'lightpanda-node', 'lightpanda'));
    await rm(home, { recursive: true });
  });

  it('does not start with an option that Lightpanda cannot honour', async () => {
    const refused = (options: BrowserOptions, code: string) =>
      expect(lightpandaDriver({ executable: '/none', ...options }).launch({})).rejects.toMatchObject({ code });
    await refused({ userAgent: 'Somebody/1.0' }, 'unsupported');
    await refused({ headless: false }, 'invalid-argument');
    for (const server of [
      'socks4://127.0.0.1:1',
      'socks5://a:b@127.0.0.1:1',
      'socks5://',
      'socks5://127.0.0.1',
      'socks5://127.0.0.1:1/path',
      '127.0.0.1:1',
    ]) {
      await refused({ proxy: { server } }, 'invalid-argument');
    }
    await refused({ proxy: { server: 'http://127.0.0.1:1' } }, 'unsupported');
    await refused({ proxy: { server: 'http://127.0.0.1:1', username: 'who' } }, 'unsupported');
  });
});
