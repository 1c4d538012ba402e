import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BrowserOptions } from '@wakey/core';
import { secret } from '@wakey/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leftIn, processesHolding } from '../test/left.ts';
import { standInBinary } from '../test/stand-in/binary.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

describe.each(['aug', 'oct'] as const)('Lightpanda in the version of %s, as the stand-in shows it', (version) => {
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

  it('says its build, not the Chrome that it gives itself out for', async () => {
    const browser = await launch();
    expect(browser.version.product).toBe('Lightpanda');
    expect(browser.version.version).toMatch(/^1\.0\.0/);
    await browser.close();
  });

  it('gets no environment but the one given, and is told to report nothing to its makers', async () => {
    const browser = await launch({ env: { GIVEN: 'yes' } });
    const environment = (await readFile(`/proc/${browser.pid}/environ`, 'utf8'))
      .split('\0')
      .filter((line) => line !== '');
    const names = environment.map((line) => line.split('=')[0]).filter((name) => !name?.startsWith('WAKEY_'));
    expect(names.sort()).toEqual(['GIVEN', 'HOME', 'LIGHTPANDA_DISABLE_TELEMETRY', 'TMPDIR']);
    await browser.close();
  });

  it('is lost where its process dies, which is all that a crash of a page is', async () => {
    const browser = await launch();
    const pending = expect(browser.page.evaluate('new Promise(() => {})')).rejects.toMatchObject({
      code: 'browser-lost',
    });
    await expect(browser.page.goto('stand-in:segfault')).rejects.toMatchObject({ code: 'browser-lost' });
    await pending;
    expect(await browser.lost).toMatchObject({ kind: 'exited', exitSignal: 'SIGSEGV' });
    await browser.close();
  });

  it('is lost, and ended, where its watchdog cuts the connection', async () => {
    const browser = await launch();
    await expect(browser.page.goto('stand-in:watchdog')).rejects.toMatchObject({ code: 'browser-lost' });
    expect(await browser.lost).toMatchObject({ kind: 'disconnected' });
    expect(leftIn(folder)).toEqual([]);
    await browser.close();
  });

  it('keeps deadlines where it answers nothing any more, and is ended all the same', async () => {
    const browser = await launch();
    await expect(browser.page.goto('stand-in:stall', { timeout: 100 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(browser.page.evaluate('1', null, { timeout: 100 })).rejects.toMatchObject({ code: 'timeout' });
    await browser.close();
    expect(await browser.lost).toMatchObject({ kind: 'closed' });
  });

  it('dies with the process that launched it, also when that one is killed', async () => {
    const execArgv = ['--import', 'tsx', '--conditions', 'wakey:source'];
    const owner = fork(join(import.meta.dirname, '..', 'test', 'owner.ts'), { execArgv });
    owner.send({ folder, executable });
    await once(owner, 'message');
    expect(processesHolding(folder).length).toBeGreaterThan(0);
    const gone = once(owner, 'exit');
    owner.kill('SIGKILL');
    await gone;
    await vi.waitFor(() => expect(processesHolding(folder)).toEqual([]), { timeout: 20_000 });
    // The directory of a browser whose owner was killed stays, as nobody is there to remove it.
    await rm(folder, { recursive: true });
    await mkdir(folder);
  });

  it('leaves nothing of 8 launches and 8 kills, 4 at a time', async () => {
    const lane = async () => {
      for (const how of ['lost', 'closed']) {
        const browser = await launch();
        process.kill(browser.pid ?? 0, 'SIGKILL');
        await (how === 'lost' ? browser.lost : browser.close());
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(leftIn(folder)).toEqual([]);
  });

  it('names what its version did not know on the command line', async () => {
    const args = [version === 'aug' ? '--load-resources' : '--timeout', '0'];
    const launching = launch({ args });
    await expect(launching).rejects.toMatchObject({ code: 'browser-failed' });
    await expect(launching).rejects.toThrow(`unknown argument arg=${args[0]}`);
  });

  it('is attached to, given back alive, and taken again', async () => {
    const other = await startForeign(executable, folder);
    const { attach } = lightpandaDriver();
    for (const endpoint of [other.endpoint, other.endpoint.replace('ws:', 'http:')]) {
      const handle = await attach?.(secret(endpoint));
      await handle?.page.expose('ask', (value) => value);
      await handle?.page.goto('data:text/html,<title>taken</title>');
      expect(await handle?.page.evaluate('ask(document.title)')).toBe('taken');
      expect(handle?.pid).toBeUndefined();
      await handle?.close();
      expect(await handle?.lost).toEqual({ kind: 'closed' });
    }
    const handle = await attach?.(secret(other.endpoint));
    const pending = expect(handle?.page.evaluate('new Promise(() => {})')).rejects.toMatchObject({
      code: 'browser-lost',
    });
    await other.end();
    await pending;
    expect(await handle?.lost).toEqual({ kind: 'disconnected' });
    await handle?.close();
  });
});

describe('the binary of Lightpanda', () => {
  it('is the one given, the one the environment names, or the one that its package downloaded', async () => {
    const home = await mkdtemp(join(tmpdir(), 'lightpanda-home-'));
    const binary = await standInBinary({ version: 'oct' });
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

  it('is not started for what it would do otherwise than asked', async () => {
    const refused = (options: BrowserOptions, code: string) =>
      expect(lightpandaDriver({ executable: '/none', ...options }).launch({})).rejects.toMatchObject({ code });
    await refused({ userAgent: 'Somebody/1.0' }, 'unsupported');
    await refused({ headless: false }, 'invalid-argument');
    await refused({ proxy: { server: 'socks5://127.0.0.1:1' } }, 'invalid-argument');
    await refused({ proxy: { server: 'http://127.0.0.1:1', username: 'who' } }, 'unsupported');
  });
});

/** A Lightpanda that somebody else runs. */
async function startForeign(executable: string, folder: string) {
  const child = spawn(executable, ['serve', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { TMPDIR: folder },
  });
  const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
  return {
    endpoint: `ws://${/address=(\S+)/.exec(line)?.[1]}/`,
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await vi.waitFor(() => expect(processesHolding(folder)).toEqual([]), { timeout: 20_000 });
      await rm(folder, { recursive: true });
      await mkdir(folder);
    },
  };
}
