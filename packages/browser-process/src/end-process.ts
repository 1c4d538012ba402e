import { WakeyError } from '@wakey/core';
import { type ProcessEntry, type ProcessTable, systemProcessTable } from '@wakey/host';
import { type Clock, systemClock } from './clock.js';
import { processesOf, processesOfOurs } from './processes-of.js';
import type { BrowserRecord } from './record.js';

/** How long each step of ending a browser may take, in ms, and the objects that it uses. */
export interface EndOptions {
  /**
   * Asks the browser to exit cleanly. The call is not awaited: only the processes show whether the browser has exited.
   */
  readonly ask?: () => void;
  /**
   * After this time the main process gets SIGINT, and SIGTERM if that does not help.
   * @default 0 without `ask`, else 5_000
   */
  readonly terminateAfter?: number;
  /**
   * After this time, counted from the start, every process of the browser gets SIGKILL.
   * @default terminateAfter + 2_000
   */
  readonly killAfter?: number;
  /**
   * After this time, counted from the start, `endProcess` returns the processes that are still alive.
   * @default killAfter + 3_000
   */
  readonly giveUpAfter?: number;
  /** Once aborted, all remaining processes get SIGKILL without further waiting. */
  readonly hurry?: { readonly aborted: boolean };
  readonly table?: ProcessTable;
  readonly clock?: Clock;
}

/**
 * Ends a browser that this process started, and everything that the browser started: it asks, terminates, then kills.
 * Returns the processes that are still alive afterwards, nearly always none. It looks each process up again and never
 * trusts an id alone.
 */
export function endProcess(record: BrowserRecord, options: EndOptions = {}): Promise<readonly ProcessEntry[]> {
  const { table = systemProcessTable() } = options;
  return end(
    crew(record.pid, () => processesOfOurs(record, table), table),
    options,
  );
}

/**
 * Does the same as `endProcess` for a browser whose owner is gone. It ends only processes with the browser's marker in
 * their environment, and the relatives of these processes.
 */
export function endMarked(record: BrowserRecord, options: EndOptions = {}): Promise<readonly ProcessEntry[]> {
  const { table = systemProcessTable() } = options;
  return end(
    crew(record.pid, () => processesOf(record.marker, table), table),
    options,
  );
}

/** Creates the error for processes that no signal ended. */
export function browserUnkillable(left: readonly ProcessEntry[]): WakeyError {
  const pids = left.map((entry) => entry.pid).join(', ');
  return new WakeyError('browser-unkillable', {
    what: `The browser did not end: these processes are still alive after SIGKILL: ${pids}.`,
    hint: 'End these processes, or restart the machine, before you use the profile again.',
    details: { pids },
  });
}

async function end(left: Crew, options: EndOptions): Promise<readonly ProcessEntry[]> {
  const { ask, clock = systemClock, hurry } = options;
  const { terminateAfter = ask === undefined ? 0 : 5_000 } = options;
  const { killAfter = terminateAfter + 2_000 } = options;
  const { giveUpAfter = killAfter + 3_000 } = options;
  const begun = clock.now();
  const goneWithin = async (limit: number, haste?: { readonly aborted: boolean }) => {
    for (;;) {
      if (await left.areGone()) return true;
      if (clock.now() - begun >= limit || haste?.aborted === true) return false;
      await clock.wait(POLL);
    }
  };

  await left.look();
  ask?.();
  if (await goneWithin(terminateAfter, hurry)) return [];
  if (hurry?.aborted !== true) await left.terminate('SIGINT');
  const patience = terminateAfter + (killAfter - terminateAfter) * INTERRUPTED;
  if (await goneWithin(patience, hurry)) return [];
  if (hurry?.aborted !== true) await left.terminate('SIGTERM');
  if (await goneWithin(killAfter, hurry)) return [];
  do {
    await left.kill();
    if (await goneWithin(Math.min(giveUpAfter, clock.now() - begun + KILL_AGAIN))) return [];
  } while (clock.now() - begun < giveUpAfter);
  return left.look();
}

const POLL = 15;
/** The part of the time before SIGKILL in which the browser may react to SIGINT. */
const INTERRUPTED = 0.7;
/** Time between two kills: a browser that forks while it is killed needs another look and another kill. */
const KILL_AGAIN = 250;

type Crew = ReturnType<typeof crew>;

/** All processes that have ever belonged to the browser, so that a helper whose main process died is not forgotten. */
function crew(mainPid: number, find: () => Promise<readonly ProcessEntry[]>, table: ProcessTable) {
  let members: readonly ProcessEntry[] = [];
  const look = async () => {
    const known = new Map(members.map((entry) => [`${entry.pid} ${entry.startTime}`, entry]));
    for (const entry of await find()) known.set(`${entry.pid} ${entry.startTime}`, entry);
    members = await table.alive([...known.values()]);
    return members;
  };
  return {
    look,
    /** Checks the known processes, which is cheap; if none of them is left, reads the whole process table. */
    async areGone() {
      members = await table.alive(members);
      return members.length === 0 && (await look()).length === 0;
    },
    /**
     * Signals only the main process, which ends the others. Chromium with windows saves its cookies at SIGINT; at
     * SIGTERM it loses those of the last 30 s. If the main process is gone, the remaining processes have nothing to
     * save and get SIGTERM.
     */
    async terminate(signal: 'SIGINT' | 'SIGTERM') {
      const all = await look();
      const main = all.filter((entry) => entry.pid === mainPid);
      for (const entry of main) await table.signal(entry.pid, signal);
      if (main.length === 0) for (const entry of all) await table.signal(entry.pid, 'SIGTERM');
    },
    async kill() {
      for (const entry of await look()) await table.signal(entry.pid, 'SIGKILL');
    },
  };
}
