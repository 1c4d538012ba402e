import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPip, type WheelIndex, type WheelIndexOptions, wheelIndex } from '@wakey/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InstallOptions, installLightpanda } from './install-lightpanda.js';
import { type LightpandaPin, lightpandaPins } from './lightpanda-wheels.js';

/** The wheel of the index runs on every machine. */
const machine = { platform: 'linux', arch: 'x64', glibc: '2.36' } as const;

describe.runIf(hasPip())('installLightpanda', () => {
  let folder = '';
  let indexes: WheelIndex[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wakey-install-'));
    indexes = [];
  });
  afterEach(async () => {
    await Promise.all(indexes.map((index) => index.close()));
    rmSync(folder, { recursive: true });
  });
  const open = async (options: WheelIndexOptions = {}) => {
    const index = await wheelIndex(options);
    indexes.push(index);
    const { digest } = index;
    const wheels = { 'linux-x64': digest, 'linux-arm64': digest, 'darwin-x64': digest, 'darwin-arm64': digest };
    return {
      ...index,
      env: { PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), ...index.env },
      pin: { version: '1.0.2', wheels } as LightpandaPin,
      cache: join(folder, 'cache/wakey/lightpanda'),
    };
  };
  type Opened = Awaited<ReturnType<typeof open>>;
  const install = (
    { env, pin }: Pick<Opened, 'pin'> & Pick<InstallOptions, 'env'>,
    options: Partial<InstallOptions> = {},
  ) => installLightpanda(pin, { env, signal: new AbortController().signal, machine, ...options });
  /** Expects that a failed installation left nothing but the lock file. */
  const expectNothing = ({ cache }: Opened) => expect(readdirSync(cache)).toEqual(['.lock']);

  it('puts the binary of the wheel into the cache, ready to run, and nothing else', async () => {
    const index = await open();
    const { executable, isNew } = await install(index);
    expect({ executable, isNew }).toEqual({ executable: join(index.cache, '1.0.2/lightpanda'), isNew: true });
    expect(statSync(executable).mode & 0o777).toBe(0o755);
    expect(execFileSync(executable, ['version'], { encoding: 'utf8' })).toBe('1.0.2\n');
    expect(readdirSync(index.cache).sort()).toEqual(['.lock', '1.0.2']);
    expect(readdirSync(join(index.cache, '1.0.2'))).toEqual(['lightpanda']);
  });

  it('downloads nothing if the version is installed, and downloads again if its binary does not run', async () => {
    const index = await open();
    const { executable } = await install(index);
    expect(await install(index)).toEqual({ executable, isNew: false });
    expect(index.downloads()).toBe(1);
    writeFileSync(executable, 'half a binary');
    expect(await install(index)).toEqual({ executable, isNew: true });
  });

  it('installs once if two processes install at once, and both get the binary', async () => {
    const index = await open();
    const both = await Promise.all([install(index), install(index)]);
    expect(both.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    expect(index.downloads()).toBe(1);
  });

  it('removes the folder that a killed installation left', async () => {
    const index = await open();
    mkdirSync(join(index.cache, '.partial-killed/wheel'), { recursive: true });
    await install(index);
    expect(readdirSync(index.cache).sort()).toEqual(['.lock', '1.0.2']);
  });

  it('refuses a wheel with another checksum, and names both checksums', async () => {
    const index = await open();
    const installing = install({ ...index, pin: lightpandaPins[0] as LightpandaPin });
    await expect(installing).rejects.toMatchObject({ code: 'browser-unavailable' });
    await expect(installing).rejects.toThrow(`its SHA-256 is ${index.digest}, not `);
    expectNothing(index);
  });

  it('refuses a binary with another checksum', async () => {
    const index = await open();
    const binaries = Object.fromEntries(Object.keys(index.pin.wheels).map((name) => [name, 'f'.repeat(64)]));
    await expect(install({ ...index, pin: { ...index.pin, binaries } })).rejects.toThrow('The binary in the wheel');
    expectNothing(index);
  });

  it('refuses a binary that reports another version', async () => {
    const index = await open({ says: '0.2.7' });
    await expect(install(index)).rejects.toThrow('it said: 0.2.7');
    expectNothing(index);
  });

  it('reports a download that breaks off, and leaves nothing', async () => {
    const index = await open({ answer: 'cut' });
    const installing = install(index);
    await expect(installing).rejects.toMatchObject({ code: 'browser-unavailable' });
    await expect(installing).rejects.toThrow(/pip could not download lightpanda==1\.0\.2: .+ Nothing was installed\./);
    expectNothing(index);
  });

  it('reports an index that cannot be reached in the words of pip', async () => {
    const index = await open();
    await index.close();
    await expect(install(index)).rejects.toThrow('No matching distribution found for lightpanda==1.0.2');
    expectNothing(index);
  });

  it('ends when it is aborted half-way, without a trace of pip or of the download', async () => {
    const index = await open({ answer: 'stall' });
    const abort = new AbortController();
    const sizes: number[] = [];
    const installing = install(index, {
      signal: abort.signal,
      onProgress: (progress) => progress.is === 'downloading' && sizes.push(progress.bytes),
    });
    await index.half;
    abort.abort(new Error('enough'));
    await expect(installing).rejects.toThrow('enough');
    expect(sizes.length).toBeGreaterThan(0);
    expectNothing(index);
  });

  it('ends when it is aborted while another installation holds the cache', async () => {
    const index = await open({ answer: 'stall' });
    const [first, second] = [new AbortController(), new AbortController()];
    const holding = install(index, { signal: first.signal });
    await index.half;
    const waiting = install(index, {
      signal: second.signal,
      onProgress: ({ is }) => is === 'waiting' && second.abort(),
    });
    await expect(waiting).rejects.toThrow('aborted');
    first.abort();
    await expect(holding).rejects.toThrow('aborted');
    expectNothing(index);
  });

  it('names the other ways to get Lightpanda if there is no pip along PATH, and creates nothing', async () => {
    const index = await open();
    const installing = install({ ...index, env: { ...index.env, PATH: folder } });
    await expect(installing).rejects.toThrow('there is no python3 with pip along PATH');
    await expect(installing).rejects.toThrow('npx @lightpanda/browser install');
    writeFileSync(join(folder, 'python3'), '#!/bin/sh\necho "No module named pip" >&2\nexit 1\n');
    chmodSync(join(folder, 'python3'), 0o755);
    await expect(install({ ...index, env: { ...index.env, PATH: folder } })).rejects.toThrow('no python3 with pip');
    expect(readdirSync(folder)).toEqual(['python3']);
  });

  it('reports a cache that it cannot write, and an environment that names no cache', async () => {
    const index = await open();
    writeFileSync(join(folder, 'file'), '');
    const elsewhere = { ...index, env: { ...index.env, XDG_CACHE_HOME: join(folder, 'file') } };
    await expect(install(elsewhere)).rejects.toThrow('set XDG_CACHE_HOME to another directory');
    const { XDG_CACHE_HOME: _, HOME: __, ...env } = index.env;
    await expect(install({ ...index, env })).rejects.toThrow('HOME and XDG_CACHE_HOME are not set');
  });
});
