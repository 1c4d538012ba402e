import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { browserUnkillable, type EndOptions, endMarked } from './end-process.js';
import { isOneOf } from './processes/send-signal.js';
import { systemProcessTable } from './processes/system-table.js';
import { processesOf } from './processes-of.js';
import type { BrowserRecord } from './record.js';
import { removeScratch } from './scratch.js';

/**
 * Ends what is left of a browser whose owner crashed. Touches only processes that carry its marker, or that belong to
 * its main process where that has both the marker and the start time of the record. Gives how many it ended; rejects
 * with `browser-unkillable` where some stay.
 */
export async function reapBrowser(
  record: BrowserRecord,
  options: Pick<EndOptions, 'table' | 'clock'> = {},
): Promise<number> {
  const { table = systemProcessTable() } = options;
  const entries = await table.list(record.marker);
  const main = entries.find((entry) => entry.pid === record.pid);
  if (main?.marked && main.startTime !== record.startTime) return 0;
  const found = await processesOf(record.marker, table);
  if (found.length === 0) return 0;
  const left = await endMarked(record, { ...options, table, hurry: AbortSignal.abort() });
  if (left.length > 0) throw browserUnkillable(left);
  return found.length;
}

/** Writes into a profile which browser runs on it, for an owner that comes after a crash of ours. */
export async function recordBrowser(profile: string, record: BrowserRecord, scratch: string): Promise<void> {
  await writeFile(join(profile, FILE), JSON.stringify({ ...record, scratch }), { mode: 0o600 });
}

/** Takes the record back once the browser is gone. */
export async function forgetBrowser(profile: string): Promise<void> {
  await rm(join(profile, FILE), { force: true });
}

/** Ends the browser that a crashed owner left on this profile, and removes its scratch directory. */
export async function reapLeftovers(profile: string): Promise<void> {
  const left = await readRecord(profile);
  if (left === undefined) return;
  await reapBrowser(left.record);
  await removeScratch(left.scratch);
  await forgetBrowser(profile);
}

const FILE = 'wakey-browser.json';

async function readRecord(profile: string): Promise<{ record: BrowserRecord; scratch: string } | undefined> {
  try {
    const { pid, startTime, marker, scratch } = JSON.parse(await readFile(join(profile, FILE), 'utf8'));
    if (!Number.isSafeInteger(pid) || ![startTime, marker, scratch].every((text) => typeof text === 'string')) return;
    return { record: { pid, startTime, marker }, scratch };
  } catch (error) {
    // Not there: nobody crashed. Half written: the crash came before the record was whole, and names nobody.
    if (isOneOf(error, ['ENOENT']) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
