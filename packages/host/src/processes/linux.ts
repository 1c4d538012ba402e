import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { isFileError } from '../files.js';
import { sendSignal } from './send-signal.js';
import { MARKER_VARIABLE, type ProcessEntry, type ProcessTable } from './table.js';

/**
 * Linux: reads processes from /proc. Those files are in memory, so synchronous reading is faster than asynchronous
 * reading.
 */
export function linuxProcessTable(proc = '/proc'): ProcessTable {
  const boot = read(`${proc}/sys/kernel/random/boot_id`)?.trim() ?? '';

  const look = (pid: string, marker: string | undefined): ProcessEntry | undefined => {
    const stat = read(`${proc}/${pid}/stat`);
    if (stat === undefined) return undefined;
    const entry = parseStat(stat, boot);
    if (marker === undefined || hasNoEnvironment(stat)) return entry;
    return { ...entry, marked: isMarked(`${proc}/${pid}`, marker) };
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
 * Chromium's zygotes and renderers overwrite their environment with their titles, so only the main process and the
 * crash handlers show the marker. The other processes are found by session and descent.
 */
function isMarked(folder: string, marker: string): boolean {
  const environ = read(`${folder}/environ`);
  return environ !== undefined && `\0${environ}\0`.includes(`\0${MARKER_VARIABLE}=${marker}\0`);
}

/**
 * Kernel threads have no environment, so the table does not look for one: on an idle machine they are nearly half of
 * all processes.
 */
function hasNoEnvironment(stat: string): boolean {
  return (Number(fieldsOf(stat)(9)) & KERNEL_THREAD) !== 0;
}

/** PF_KTHREAD of the kernel's `sched.h`. */
const KERNEL_THREAD = 0x00200000;

/**
 * Returns fields by their numbers in proc(5). The name (field 2) may contain spaces and parentheses, so the count
 * starts at the last parenthesis.
 */
function fieldsOf(stat: string): (number: number) => string {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (number) => fields[number - 3] ?? '';
}

function parseStat(stat: string, boot: string): ProcessEntry {
  const field = fieldsOf(stat);
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(field(4)),
    group: Number(field(5)),
    session: Number(field(6)),
    startTime: `${boot}/${field(22)}`,
    alive: !['Z', 'X', 'x'].includes(field(3)),
    marked: false,
  };
}

/** Returns the text of a file, or undefined if the process has ended or hides the file from this user. */
function read(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return textOf(file);
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Returns the same text as `readFileSync`. `readFileSync` allocates buffers of 64 KiB for each file whose size the
 * system does not report, as for every file in /proc, so one look at all processes allocated about 20 MB.
 */
function textOf(file: number): string {
  let text = '';
  for (;;) {
    const length = readSync(file, scratch, 0, scratch.length, null);
    if (length === 0) return text;
    text += scratch.toString('latin1', 0, length);
  }
}

/** All readings share one buffer, because each reading ends before the next begins. */
const scratch = Buffer.alloc(16 * 1024);
