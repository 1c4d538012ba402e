import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import {
  isFileError,
  MARKER_VARIABLE,
  realFiles,
  systemProcessTable,
  thisPlatform,
  writeAtomically,
} from '@wakey/host';
import { browserUnkillable, type EndOptions, endMarked } from './end-process.js';
import { processesOf } from './processes-of.js';
import type { BrowserRecord } from './record.js';
import { removeScratch, type Scratch } from './scratch.js';
import { type BrowserProcess, type StartOptions, startBrowser } from './start-browser.js';

/**
 * Ends the remaining processes of a browser whose owner, the process that started it, crashed. Touches only processes
 * with the browser's marker in their environment, or that belong to its main process if that has both the marker and
 * the start time of the record. Returns how many processes it ended; rejects with `browser-unkillable` if some stay
 * alive.
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
  const left = await endMarked(record, { ...options, table });
  if (left.length > 0) throw browserUnkillable(left);
  return found.length;
}

/**
 * Starts a browser that its profile already names, by the marker in `options.env`: if this process is killed at any
 * moment from then on, the next start finds the browser and ends it. Call `recordBrowser` once the process is known.
 * Rejects as `startBrowser` does, and then leaves no record.
 */
export async function startRecorded(scratch: Scratch, options: StartOptions): Promise<BrowserProcess> {
  const { profile, directory } = scratch;
  await recordBrowser(profile, { pid: 0, startTime: '', marker: options.env[MARKER_VARIABLE] ?? '' }, directory);
  try {
    return await startBrowser(options);
  } catch (error) {
    await forgetBrowser(profile);
    throw error;
  }
}

/**
 * Writes into a profile which browser runs on it and which process owns that browser, for the next owner after a crash.
 */
export async function recordBrowser(profile: string, record: BrowserRecord, scratch: string): Promise<void> {
  const owner = (await systemProcessTable().list()).find((entry) => entry.pid === process.pid);
  const kept: Kept = { ...record, scratch, owner: { pid: process.pid, startTime: owner?.startTime ?? '' } };
  // A crash between two records must leave one of them.
  await writeAtomically({ files: realFiles, platform: thisPlatform }, join(profile, FILE), JSON.stringify(kept));
}

/** Removes the record once the browser is gone. */
export async function forgetBrowser(profile: string): Promise<void> {
  await rm(join(profile, FILE), { force: true });
}

/** Options of `reapLeftovers`. */
export interface LeftoverOptions {
  /** The directory in which each browser has its temporary directory. @default the system's temporary directory */
  readonly temporary?: string | undefined;
}

/**
 * Ends the browser that a crashed process left on this profile, and removes the temporary directory of that browser. If
 * the process that started the browser is alive, the profile is in use: rejects with `browser-failed` and ends nothing.
 */
export async function reapLeftovers(profile: string, { temporary }: LeftoverOptions = {}): Promise<void> {
  const kept = await readRecord(profile);
  if (kept === undefined) return;
  const { owner } = kept;
  const isOwned = (await systemProcessTable().list()).some(
    ({ pid, startTime, alive }) => alive && pid === owner.pid && startTime === owner.startTime,
  );
  if (isOwned && (await processesOf(kept.marker)).length > 0) throw profileInUse(profile, kept);
  await reapBrowser(kept);
  await removeScratch(kept.scratch, kept.marker, temporary);
  await forgetBrowser(profile);
}

const FILE = 'wakey-browser.json';

interface Kept extends BrowserRecord {
  readonly scratch: string;
  readonly owner: { readonly pid: number; readonly startTime: string };
}

async function readRecord(profile: string): Promise<Kept | undefined> {
  try {
    return parseKept(JSON.parse(await readFile(join(profile, FILE), 'utf8')));
  } catch (error) {
    // If the record is missing, no owner has crashed. If it is incomplete, the crash came before the record was
    // written, and it names no process.
    if (isFileError(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns undefined for a record of another form, which names no process. */
function parseKept(value: Kept): Kept | undefined {
  const numbers = [value?.pid, value?.owner?.pid];
  const texts = [value?.startTime, value?.marker, value?.scratch, value?.owner?.startTime];
  const isWhole = numbers.every(Number.isSafeInteger) && texts.every((text) => typeof text === 'string');
  // The marker alone finds the processes of a browser whose owner crashed before it knew the process.
  return isWhole && value.marker !== '' ? value : undefined;
}

function profileInUse(profile: string, { pid, owner }: Kept): WakeyError {
  return new WakeyError('browser-failed', {
    what: `The profile ${profile} is in use by ${pid === 0 ? 'a browser' : `browser process ${pid}`}, which process ${owner.pid} started.`,
    hint: 'Close that browser first: two browsers on one profile destroy the profile.',
    details: { profile, pid, owner: owner.pid },
  });
}
