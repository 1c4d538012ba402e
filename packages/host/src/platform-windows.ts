import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Platform, ProcessFacts } from './platform.js';
import { hasArgument, isSignalable } from './process-signs.js';

/** Windows: inherited rights close a user's folders to other users, so Wakey does not set modes. */
export const windows: Platform = {
  hasModes: false,
  syncsDirectories: false,
  memoryDir: undefined,
  uid: undefined,
  groups: [],
  async process(pid) {
    if (!isSignalable(pid)) return undefined;
    return (await listed(` -Filter 'ProcessId = ${pid}'`))[0];
  },
  async processesWith(argument) {
    const all = await listed('');
    const others = all.filter(({ pid, command }) => pid !== process.pid && hasArgument(command, argument));
    return others.map(({ pid }) => pid);
  },
};

async function listed(filter: string): Promise<readonly ProcessFacts[]> {
  const script =
    `Get-CimInstance Win32_Process${filter} | ` +
    `ForEach-Object { "$($_.ProcessId)\`t$($_.CreationDate.ToFileTimeUtc())\`t$($_.CommandLine)" }`;
  const { stdout } = await promisify(execFile)('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]);
  return stdout.split(/\r?\n/).flatMap((line) => {
    const [pid, startTime, command] = line.split('\t');
    return pid === undefined || pid === '' ? [] : [{ pid: Number(pid), startTime, command }];
  });
}
