import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isFileError } from '../files.js';

import type { ProcessEntry, ProcessTable } from './table.js';

const run = promisify(execFile);

/**
 * Windows has no process groups, and no process can read another's environment. So the marker is also on the command
 * line (`markerArgument`), and the other processes are found by descent.
 */
export function windowsProcessTable(query: () => Promise<string> = queryProcesses): ProcessTable {
  const list = async (marker?: string) => parseProcesses(await query(), marker);
  return {
    list,
    async alive(entries) {
      const now = await list();
      return entries.filter((entry) => now.some((one) => one.pid === entry.pid && one.startTime === entry.startTime));
    },
    async signal(pid, signal) {
      const force = signal === 'SIGKILL' ? ['/F'] : [];
      try {
        await run('taskkill', ['/PID', String(pid), '/T', ...force]);
      } catch (error) {
        // 128: no such process. 1: `taskkill` needs /F, which the caller sends next. 255: a part of the process tree is
        // gone.
        if (!isExit(error, [128, 1, 255])) throw error;
      }
    },
  };
}

async function queryProcesses(): Promise<string> {
  const script =
    'Get-CimInstance Win32_Process | ForEach-Object { ' +
    '"$($_.ProcessId)`t$($_.ParentProcessId)`t$($_.CreationDate.Ticks)`t$($_.CommandLine)" }';
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], {
    maxBuffer: 64 * 1024 * 1024,
    windowsHide: true,
  });
  return stdout;
}

/** Parses one process per line: id, parent, creation time and command line, separated by tabs. */
export function parseProcesses(text: string, marker?: string): readonly ProcessEntry[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [pid = '', parent = '', startTime = '', command = ''] = line.split('\t');
    if (!/^\d+$/.test(pid)) return [];
    const marked = marker !== undefined && command.includes(marker);
    return { pid: Number(pid), parent: Number(parent), group: 0, session: 0, startTime, alive: true, marked };
  });
}

function isExit(error: unknown, codes: readonly number[]): boolean {
  return (
    error instanceof Error && 'code' in error && !isFileError(error, 'ENOENT') && codes.includes(Number(error.code))
  );
}
