import { readdirSync, readFileSync } from 'node:fs';
import { MARKER_VARIABLE } from '../record.js';
import { isOneOf, sendSignal } from './send-signal.js';
import type { ProcessEntry, ProcessTable } from './table.js';

/** Linux: everything is in /proc. It is memory, so reading it at once is quicker than waiting for it. */
export function linuxProcessTable(proc = '/proc'): ProcessTable {
  const boot = read(`${proc}/sys/kernel/random/boot_id`)?.trim() ?? '';

  const look = (pid: string, marker: string | undefined): ProcessEntry | undefined => {
    const stat = read(`${proc}/${pid}/stat`);
    if (stat === undefined) return undefined;
    return parseStat(stat, boot, marker !== undefined && isMarked(`${proc}/${pid}`, marker));
  };

  return {
    async list(marker) {
      const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
      return pids.map((pid) => look(pid, marker)).filter((entry) => entry !== undefined);
    },
    async alive(entries) {
      return entries.filter(({ pid, startTime }) => {
        const now = look(String(pid), undefined);
        return now?.alive && now.startTime === startTime;
      });
    },
    signal: sendSignal,
  };
}

/**
 * Chromium's zygotes and renderers write their titles over their environment, so the marker shows only in the main
 * process and the crash handlers; the rest is found by session and descent.
 */
function isMarked(folder: string, marker: string): boolean {
  return read(`${folder}/environ`)?.split('\0').includes(`${MARKER_VARIABLE}=${marker}`) ?? false;
}

/** Fields as proc(5) numbers them; the name (2) may hold spaces and parentheses, so count from the last one. */
function parseStat(stat: string, boot: string, marked: boolean): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => fields[number - 3] ?? '';
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(field(4)),
    group: Number(field(5)),
    session: Number(field(6)),
    startTime: `${boot}/${field(22)}`,
    alive: !['Z', 'X', 'x'].includes(field(3)),
    marked,
  };
}

/** The file's text, or undefined where the process ended meanwhile or hides it from us. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (isOneOf(error, ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'])) return undefined;
    throw error;
  }
}
