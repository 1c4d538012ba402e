import { type ProcessEntry, type ProcessTable, systemProcessTable } from '@wakey/host';
import type { BrowserRecord } from './record.js';

/**
 * Returns every live process of the browser with `marker` in its environment, even if the parent of the process has
 * died.
 */
export async function processesOf(
  marker: string,
  table: ProcessTable = systemProcessTable(),
): Promise<readonly ProcessEntry[]> {
  const entries = await table.list(marker);
  return kin(
    entries,
    entries.filter((entry) => entry.marked),
  );
}

/**
 * Does the same as `processesOf`, and also finds helpers that outlived their main process. Only the process that
 * started the browser and has not released it may call it: later the id in the record may belong to another process.
 */
export async function processesOfOurs(
  record: BrowserRecord,
  table: ProcessTable = systemProcessTable(),
): Promise<readonly ProcessEntry[]> {
  const entries = await table.list(record.marker);
  const main = entries.find((entry) => entry.pid === record.pid);
  const reused = main !== undefined && main.startTime !== record.startTime;
  const helpers = entries.filter((entry) => !reused && entry.session === record.pid && entry.session !== 0);
  return kin(entries, [...entries.filter((entry) => entry.marked), ...helpers]);
}

/**
 * Returns the live processes of a browser whose main process lives: those of its session, and all their descendants. Looks into no
 * environment, so it costs less than `processesOf`. Returns none if the main process has ended.
 */
export async function processesOfSession(
  { pid, startTime }: Pick<BrowserRecord, 'pid' | 'startTime'>,
  table: ProcessTable = systemProcessTable(),
): Promise<readonly ProcessEntry[]> {
  const entries = await table.list();
  const main = entries.find((entry) => entry.pid === pid && entry.startTime === startTime && entry.alive);
  return main === undefined ? [] : kin(entries, [main]);
}

/** Returns the seeds, the processes in a session that a seed leads, and all their descendants. */
function kin(entries: readonly ProcessEntry[], seeds: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const found = new Map(seeds.map((entry) => [entry.pid, entry]));
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const entry of entries) {
      const leader = found.get(entry.session);
      const inSession = leader !== undefined && leader.session === leader.pid;
      if (inSession || found.has(entry.parent)) found.set(entry.pid, entry);
    }
  }
  return [...found.values()].filter((entry) => entry.alive && entry.pid !== process.pid);
}
