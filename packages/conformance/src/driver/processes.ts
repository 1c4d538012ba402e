import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { until } from './expectations.js';

/**
 * The processes of this machine with this path in their environment or command line, without zombies. The lookup uses
 * no code of Wakey, so that it can find faults of that code. It works on Linux only, like the tests that end processes.
 */
export function processesHolding(path: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (pid) =>
        isAlive(Number(pid)) &&
        [read(`/proc/${pid}/environ`), read(`/proc/${pid}/cmdline`)].some((text) => text.includes(path)),
    )
    .map(Number);
}

/** Whether a process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Every process of the session that `leader` leads, the leader included: the browser with all its helpers. */
export function processesOfSession(leader: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const stat = read(`/proc/${pid}/stat`);
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3] === String(leader) && isAlive(Number(pid));
    })
    .map(Number);
}

/** Fails if a clause's browsers left anything: a process that knows the clause's folder, or a file in that folder. */
export async function nothingLeft(folder: string, besides: readonly string[] = []): Promise<void> {
  assert.deepEqual(processesHolding(folder), [], 'processes are left');
  const files = (await readdir(folder)).filter((name) => !besides.includes(name));
  assert.deepEqual(files, [], 'files are left');
}

/**
 * Ends every process that `processesHolding` finds: what a driver that fails a clause has left, and what the clause itself has stopped.
 * Does nothing on a system without `/proc`.
 */
export async function endHolding(path: string): Promise<void> {
  if (!existsSync('/proc/self/stat')) return;
  await until(() => {
    const left = processesHolding(path);
    for (const pid of left) kill(pid);
    return left.length === 0;
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // The process has just ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process ended while we read its entry, or we may not read it.
    return '';
  }
}
