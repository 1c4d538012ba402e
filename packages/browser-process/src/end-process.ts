import { WakeyError } from '@wakey/core';
import { type ProcessEntry, type ProcessTable, systemProcessTable } from '@wakey/host';
import { type Clock, systemClock } from './clock.js';
import { processesOf, processesOfOurs } from './processes-of.js';
import type { BrowserRecord } from './record.js';

/** How long each step of an ending may take, in ms, and what it works with. */
export interface EndOptions {
  /** Asks the browser to leave in order. Not waited for: only the processes tell whether it did. */
  readonly ask?: () => void;
  /** After this the main process gets SIGINT, and SIGTERM where that does not help. @default 0 without `ask`, else 5_000 */
  readonly terminateAfter?: number;
  /** After this, counted from the start, every process of it gets SIGKILL. @default terminateAfter + 2_000 */
  readonly killAfter?: number;
  /** After this, counted from the start, those that still live are given up on. @default killAfter + 3_000 */
  readonly giveUpAfter?: number;
  /** Once aborted, what is left gets SIGKILL without further waiting. */
  readonly hurry?: { readonly aborted: boolean };
  readonly table?: ProcessTable;
  readonly clock?: Clock;
}

/**
 * Ends a browser that we started, and everything it started: asks, terminates, kills. Gives those who are alive after
 * all of it: none, nearly always. Looks each process up again and never trusts an id alone.
 */
export function endProcess(record: BrowserRecord, options: EndOptions = {}): Promise<readonly ProcessEntry[]> {
  const { table = systemProcessTable() } = options;
  return end(
    crew(record.pid, () => processesOfOurs(record, table), table),
    options,
  );
}

/** As `endProcess`, for a browser of somebody who is gone: only what carries its marker, and the kin of that. */
export function endMarked(record: BrowserRecord, options: EndOptions = {}): Promise<readonly ProcessEntry[]> {
  const { table = systemProcessTable() } = options;
  return end(
    crew(record.pid, () => processesOf(record.marker, table), table),
    options,
  );
}

/** The error for processes that nothing ended. */
export function browserUnkillable(left: readonly ProcessEntry[]): WakeyError {
  const pids = left.map((entry) => entry.pid).join(', ');
  return new WakeyError('browser-unkillable', {
    what: `The browser did not end: still alive after SIGKILL: ${pids}.`,
    hint: 'End these processes, or restart the machine, before the profile is used again.',
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
/** Which part of the time before SIGKILL belongs to SIGINT. */
const INTERRUPTED = 0.7;
/** A browser that forks while it is killed needs another look and another kill. */
const KILL_AGAIN = 250;

type Crew = ReturnType<typeof crew>;

/** Everyone ever seen to belong to the browser: a helper whose main process died is not forgotten. */
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
    /** Asks after those already known, which is cheap; nobody being left of them, goes through the whole table. */
    async areGone() {
      members = await table.alive(members);
      return members.length === 0 && (await look()).length === 0;
    },
    /**
     * Signals the main process alone, which leads the others out. Chromium with windows saves its cookies at SIGINT; at
     * SIGTERM it loses those of the last 30 s. Where the main process is gone, whoever is left saves nothing and gets SIGTERM.
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
