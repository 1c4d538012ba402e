import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isFileError } from '../files.js';

/** Measures how many bytes of memory some processes use together. A process that is gone uses none. */
export type MeasureMemory = (pids: readonly number[]) => Promise<number>;

/** How to measure memory on this operating system; `undefined` where Wakey cannot. */
export function memoryMeasure(platform: NodeJS.Platform = process.platform): MeasureMemory | undefined {
  if (platform === 'darwin') return (pids) => residentByPs(pids);
  if (platform === 'win32') return undefined;
  return (pids) => memoryInProc(pids);
}

/**
 * Linux: sums the PSS, in which a page that several processes share counts once. A process that hides it, as a sandboxed process may,
 * counts with all that is resident.
 */
export async function memoryInProc(pids: readonly number[], proc = '/proc'): Promise<number> {
  const sizes = await Promise.all(pids.map((pid) => sizeInProc(`${proc}/${pid}`)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeInProc(directory: string): Promise<number> {
  const shared = kilobytes(await textOf(`${directory}/smaps_rollup`), 'Pss');
  return shared ?? kilobytes(await textOf(`${directory}/status`), 'VmRSS') ?? 0;
}

function kilobytes(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}

/** The text of a file; empty if the process is gone, or hides the file from this user. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return '';
    throw error;
  }
}

/** macOS: sums what is resident. `ps` exits with 1 if none of the processes lives. */
async function residentByPs(pids: readonly number[]): Promise<number> {
  if (pids.length === 0) return 0;
  const { stdout } = await promisify(execFile)('/bin/ps', ['-o', 'rss=', '-p', pids.join(',')], {
    env: { LC_ALL: 'C' },
  }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 1) return { stdout: '' };
    throw error;
  });
  return stdout
    .split('\n')
    .map((line) => Number(line.trim()) * 1024)
    .reduce((sum, size) => sum + size, 0);
}
