import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserVersion } from './browser-version.js';
import { endProcess } from './end-process.js';
import { newMarker } from './record.js';
import { assertWritable, openScratch } from './scratch.js';
import { startBrowser } from './start-browser.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakey-start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function script(body: string): Promise<string> {
  const path = join(folder, 'browser');
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('startBrowser', () => {
  it('reports how the process ended, and its stderr without lines about a missing D-Bus', async () => {
    const noise = '[1:2:0101/0.1:ERROR:dbus/bus.cc:405] Failed to connect to the bus';
    const executable = await script(`echo "${noise}" >&2; echo "no room" >&2; exit 3`);
    const { exited } = await startBrowser({ executable, args: [], env: {} });
    expect(await exited).toEqual({ exitCode: 3, detail: 'no room' });
  });

  it.each([500, 5_000])('keeps the first and the last 2,000 characters of a stderr of %d lines', async (lines) => {
    const loop = `i=0; while [ $i -lt ${lines} ]; do echo "line $i of many" >&2; i=$((i+1)); done`;
    const { detail = '' } = await (await startBrowser({ executable: await script(loop), args: [], env: {} })).exited;
    expect(detail.length).toBeLessThanOrEqual(4_010);
    expect(detail).toMatch(/^line 0 of many\n[\s\S]*\n\[…\]\n[\s\S]*line \d+ of many$/);
    expect(detail.endsWith(`line ${lines - 1} of many`)).toBe(true);
  });

  it('keeps a stderr of less than 4,000 characters whole', async () => {
    const text = 'word '.repeat(700).trim();
    const { exited } = await startBrowser({ executable: await script(`echo "${text}" >&2`), args: [], env: {} });
    expect((await exited).detail).toBe(text);
  });

  it('starts the process with only the given environment, and with two ends of a pipe', async () => {
    const executable = await script('read line <&3; echo "$line to you, $WHO$USER" >&4');
    const { pipe, exited } = await startBrowser({ executable, args: [], env: { WHO: 'Ann', PATH: '/usr/bin:/bin' } });
    pipe.write.write('hello\n');
    const [said] = await pipe.read.toArray();
    expect(String(said)).toBe('hello to you, Ann\n');
    expect((await exited).exitCode).toBe(0);
  });

  it('records the process so that it can be identified and ended', async () => {
    const executable = await script('trap "" INT TERM; echo deaf >&4; sleep 1000');
    const scratch = await openScratch({ marker: newMarker(), env: { PATH: '/usr/bin:/bin', TMPDIR: folder } });
    const { record, exited, pipe } = await startBrowser({ executable, args: [], env: scratch.env });
    expect(record.startTime).not.toBe('');
    // A signal that comes before the trap ends the script.
    await once(pipe.read, 'data');
    expect(await endProcess(record, { killAfter: 50 })).toEqual([]);
    expect((await exited).exitSignal).toBe('SIGKILL');
    await scratch.remove();
  });

  it('rejects with browser-failed if the system cannot run the binary', async () => {
    const executable = join(folder, 'text');
    await writeFile(executable, '#!/no/such/interpreter\n', { mode: 0o755 });
    await expect(startBrowser({ executable, args: [], env: {} })).rejects.toMatchObject({ code: 'browser-failed' });
  });
});

describe('openScratch', () => {
  it('is the browser’s home, temporary directory and, without a profile, its profile, and closed to other users', async () => {
    const { directory, profile, env, remove } = await openScratch({
      marker: 'm',
      env: { TMPDIR: folder, NOT: undefined },
    });
    expect(env).toEqual({ HOME: directory, TMPDIR: directory, WAKEY_BROWSER_ID: 'm' });
    expect(profile.startsWith(directory)).toBe(true);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await remove();
    await remove();
    expect(await readdir(folder)).toEqual([]);
  });

  it('starts the browser with another temporary directory if the path of its socket would be too long', async () => {
    const long = join(folder, 'l'.repeat(80));
    await mkdir(long);
    const { directory, env, remove } = await openScratch({ marker: 'm', env: { TMPDIR: long } });
    expect([env.HOME, env.TMPDIR]).toEqual([directory, '/tmp']);
    await remove();
  });

  it('keeps a given HOME and a given profile', async () => {
    const { profile, env, remove } = await openScratch({
      marker: 'm',
      profile: '/p',
      env: { HOME: '/h', TMPDIR: folder },
    });
    expect([profile, env.HOME]).toEqual(['/p', '/h']);
    await remove();
  });
});

describe('assertWritable', () => {
  it('leaves no file in a writable profile, and names a profile that is not writable', async () => {
    await assertWritable(folder);
    expect(await readdir(folder)).toEqual([]);
    await expect(assertWritable('/proc/self')).rejects.toMatchObject({ code: 'browser-failed' });
  });

  it('says of a path without a directory that the directory is missing, not that rights are', async () => {
    await expect(assertWritable(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'browser-failed',
      what: `The profile ${join(folder, 'absent')} is not a directory.`,
      hint: expect.stringContaining('Create the directory'),
    });
  });
});

describe('browserVersion', () => {
  const env = { PATH: '/usr/bin:/bin' };

  it('returns the version that the binary prints', async () => {
    const executable = await script('[ "$1" = --version ] && echo "Google Chrome 156.0.8078.79 unknown"');
    expect(await browserVersion(executable, { env })).toEqual({ name: 'Google Chrome', version: '156.0.8078.79' });
    const firefox = await script('echo "Mozilla Firefox 153.7.0esr"');
    expect(await browserVersion(firefox, { env })).toEqual({ name: 'Mozilla Firefox', version: '153.7.0' });
  });

  it('returns undefined if the binary prints another text, fails, does not exist, or never answers', async () => {
    expect(await browserVersion(await script('echo hello'), { env })).toBeUndefined();
    expect(await browserVersion(await script('exit 1'), { env })).toBeUndefined();
    expect(await browserVersion(join(folder, 'none'), { env })).toBeUndefined();
    expect(await browserVersion(await script('sleep 1000'), { env, timeout: 50 })).toBeUndefined();
  });

  it('does not wait for a process that left the group of a silent binary and holds its output open', async () => {
    const file = join(folder, 'pid');
    const executable = await script(`setsid sh -c 'echo $$ > ${file}; exec sleep 1000' & sleep 1000`);
    expect(await browserVersion(executable, { env, timeout: 500 })).toBeUndefined();
    // The process is alive, so the call did not wait for its end.
    process.kill(Number(await readFile(file, 'utf8')), 'SIGKILL');
  });
});
