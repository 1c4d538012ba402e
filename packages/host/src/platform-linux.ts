import { readdir, readFile } from 'node:fs/promises';
import { isFileError } from './files.js';
import type { Platform, ProcessFacts } from './platform.js';
import { hasArgument, isSignalable } from './process-signs.js';

/** Linux: reads processes from `/proc`. */
export const linux: Platform = {
  hasModes: true,
  syncsDirectories: true,
  memoryDir: '/dev/shm',
  get groups() {
    return [...(process.getgroups?.() ?? []), process.getgid?.() ?? 0];
  },
  get uid() {
    return process.getuid?.();
  },
  process: facts,
  async processesWith(argument) {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const has = await Promise.all(pids.map(async (pid) => hasArgument(await command(pid), argument)));
    return pids.filter((pid, at) => has[at] === true && pid !== process.pid);
  },
};

async function facts(pid: number): Promise<ProcessFacts | undefined> {
  if (!isSignalable(pid)) return undefined;
  const stat = await proc(`${pid}/stat`);
  // The process is alive but hidden from this user (`hidepid`).
  if (stat === undefined) return isSignalable(pid) ? { pid, startTime: undefined, command: undefined } : undefined;
  // The name in the second field may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = await proc('sys/kernel/random/boot_id');
  return { pid, startTime: `${boot?.trim()} ${fields[19]}`, command: await command(pid) };
}

async function command(pid: number): Promise<string | undefined> {
  return (await proc(`${pid}/cmdline`))?.replaceAll('\0', ' ').trim();
}

/** Reads a file below `/proc`; returns undefined if its process is gone or this user may not read it. */
async function proc(path: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${path}`, 'utf8');
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}
