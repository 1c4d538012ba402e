import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryInProc, memoryMeasure } from './memory.js';

it('sums the PSS, takes what is resident of a process that hides it, and nothing of one that is gone', async () => {
  const proc = await mkdtemp(join(tmpdir(), 'wakey-proc-'));
  const put = async (pid: number, name: string, text: string) => {
    await mkdir(join(proc, String(pid)), { recursive: true });
    await writeFile(join(proc, String(pid), name), text);
  };
  await put(5, 'smaps_rollup', 'Rss:     900 kB\nPss:     300 kB\nPss_Dirty:     200 kB\n');
  await put(6, 'status', 'Name:\thidden\nVmHWM:\t   900 kB\nVmRSS:\t   100 kB\n');
  expect(await memoryInProc([5, 6, 7], proc)).toBe(400 * 1024);
  expect(await memoryInProc([], proc)).toBe(0);
  await rm(proc, { recursive: true });
});

it('measures this process, and says where it cannot', async () => {
  const measure = memoryMeasure();
  expect(await measure?.([process.pid])).toBeGreaterThan(10 * 1024 * 1024);
  expect(memoryMeasure('win32')).toBeUndefined();
});
