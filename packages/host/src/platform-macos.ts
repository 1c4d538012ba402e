import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Platform, ProcessFacts } from './platform.js';
import { hasArgument, isSignalable } from './process-signs.js';

/** macOS: reads processes with `ps`, whose output is the same on every Unix. */
export const macos: Platform = {
  hasModes: true,
  syncsDirectories: true,
  memoryDir: undefined,
  get groups() {
    return [...(process.getgroups?.() ?? []), process.getgid?.() ?? 0];
  },
  get uid() {
    return process.getuid?.();
  },
  async process(pid) {
    if (!isSignalable(pid)) return undefined;
    return (await listed(['-p', String(pid)]))[0];
  },
  async processesWith(argument) {
    const all = await listed(['-A']);
    const others = all.filter(({ pid, command }) => pid !== process.pid && hasArgument(command, argument));
    return others.map(({ pid }) => pid);
  },
};

async function listed(which: readonly string[]): Promise<readonly ProcessFacts[]> {
  const columns = ['-o', 'pid=', '-o', 'stat=', '-o', 'lstart=', '-o', 'command='];
  try {
    const { stdout } = await run('ps', [...which, '-ww', ...columns], { env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' } });
    return stdout.split('\n').flatMap(parsed);
  } catch (error) {
    // ps exits with 1 when no process matches.
    if (error instanceof Error && 'code' in error && error.code === 1) return [];
    throw error;
  }
}

const run = promisify(execFile);

/** Parses a line such as ` 4711 S+  Mon Nov 23 18:33:01 2026 /usr/bin/thing --flag`. */
function parsed(line: string): readonly ProcessFacts[] {
  const match = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s*(.*)$/.exec(line);
  if (match === null || match[2]?.startsWith('Z') === true) return [];
  return [{ pid: Number(match[1]), startTime: match[3], command: match[4] }];
}
