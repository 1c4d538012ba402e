import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sendSignal } from './send-signal.js';
import { MARKER_VARIABLE, type ProcessEntry, type ProcessTable } from './table.js';

const run = promisify(execFile);

/**
 * macOS: reads processes with `ps`; with `-E` it shows the environment of this user's processes after their command.
 */
export function macosProcessTable(ps: () => Promise<string> = readPs): ProcessTable {
  const list = async (marker?: string) => parsePs(await ps(), marker);
  return {
    list,
    async alive(entries) {
      const now = (await list()).filter((entry) => entry.alive);
      return entries.filter((entry) => now.some((one) => one.pid === entry.pid && one.startTime === entry.startTime));
    },
    signal: sendSignal,
  };
}

async function readPs(): Promise<string> {
  const columns = ['pid', 'ppid', 'pgid', 'stat', 'lstart', 'command'];
  const { stdout } = await run('/bin/ps', ['-axww', '-E', ...columns.flatMap((column) => ['-o', `${column}=`])], {
    maxBuffer: 64 * 1024 * 1024,
    env: { LC_ALL: 'C' },
  });
  return stdout;
}

/**
 * Parses the output of `ps`. macOS does not report the session as a number, so the group replaces it, which Chromium's
 * helpers share.
 */
export function parsePs(text: string, marker?: string): readonly ProcessEntry[] {
  const row = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+ +\S+ +\d+ +[\d:]+ +\d+)\s(.*)$/;
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, state = '', startTime = '', command = ''] = row.exec(line) ?? [];
    if (pid === undefined) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(group),
      startTime,
      alive: !state.startsWith('Z'),
      marked: marker !== undefined && command.includes(`${MARKER_VARIABLE}=${marker}`),
    };
  });
}
