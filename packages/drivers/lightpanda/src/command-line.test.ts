import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaries } from '../test/binaries.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

describe.each(await binaries())('the command line of $on', ({ version, executable }) => {
  const refused = async (args: readonly string[]) => {
    const launching = lightpandaDriver({ executable, args, env: {} }).launch({});
    await expect(launching).rejects.toMatchObject({ code: 'invalid-argument' });
    return String(await launching.catch((error: Error) => error.message));
  };

  it('refuses an argument of the user that its version does not know, by name', async () => {
    expect(await refused(['--nope'])).toContain(`Lightpanda ${version} refuses the argument --nope`);
    const isOld = version.startsWith('0.');
    const feature = ['--experimental-features', isOld ? 'serviceworker' : 'nope'];
    expect(await refused(feature)).toContain(`refuses the value ${feature[1]} of the argument --experimental-features`);
  });

  it('refuses an argument without its value, and a value that is no number', async () => {
    expect(await refused(['--http-timeout'])).toMatch(
      /refuses (an argument without its value|the argument --http-timeout)/,
    );
    expect(await refused(['--http-timeout', 'abc'])).toContain('refuses the value abc of the argument --http-timeout');
  });

  it('turns workers on, and the deadline off that would end each WebSocket', async () => {
    const browser = await lightpandaDriver({ executable, env: {} }).launch({});
    expect(browser.version.version).toBe(version);
    expect(readFileSync(`/proc/${browser.pid}/cmdline`, 'utf8')).toContain('--http-timeout\u00000\u0000');
    await browser.page.goto('data:text/html,<title>blank</title>');
    const answer = `new Promise((resolve) => {
      const worker = new Worker('data:text/javascript,postMessage(1)');
      worker.onmessage = ({ data }) => resolve(data);
    })`;
    expect(await browser.page.evaluate(answer, null, { timeout: 20_000 })).toBe(1);
    await browser.close();
  });
});

describe('the version of Lightpanda', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lightpanda-version-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  /** A script in place of the binary. It prints its arguments in place of starting. */
  const binary = async (version: string) => {
    const executable = join(folder, 'lightpanda');
    await writeFile(
      executable,
      `#!/bin/sh\n[ "$1" = version ] && { echo '${version}'; exit; }\necho "got $*" >&2\nexit 3\n`,
    );
    await chmod(executable, 0o755);
    return executable;
  };
  const launch = async (version: string) =>
    lightpandaDriver({ executable: await binary(version), env: { TMPDIR: folder, PATH: '/usr/bin:/bin' } })
      .launch({})
      .catch((error: unknown) => error);

  it.each(['0.2.7', '0.4.0', '0.4.1-dev.12+abc'])('%s is refused by name before a launch', async (version) => {
    const error = await launch(version);
    expect(error).toMatchObject({ code: 'browser-unavailable', details: { version, oldest: '0.4.1' } });
    expect(String(error)).toContain('Install Lightpanda 1.0.0 or later ("npx wakey browser install lightpanda")');
    expect(String(error)).not.toContain('got serve');
  });

  it.each([
    ['0.4.1', false],
    ['1.0.0-dev.8123+23528f0', false],
    ['1.0.0', true],
    ['1.10.0', true],
    ['2.0.0-nightly', true],
    ['a script around it', false],
  ])('of "%s" decides whether its caches are switched on: %s', async (version, areOn) => {
    const error = await launch(version);
    expect(error).toMatchObject({ code: 'browser-failed' });
    expect(String(error)).toContain('got serve');
    expect(String(error).includes('--experimental-features serviceworker')).toBe(areOn);
  });
});
