import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import {
  boundedFiles,
  type Disk,
  isObject,
  MARKER_VARIABLE,
  NotAFile,
  parsedJson,
  readText,
  realFiles,
  systemProcessTable,
  thisPlatform,
  writeAtomically,
} from '@wakey/host';
import { browserUnkillable, type EndOptions, endMarked } from './end-process.js';
import { isRunning, type OwnerProcess, ownProcess } from './own-process.js';
import { processesOf } from './processes-of.js';
import type { BrowserRecord } from './record.js';
import { removeAbandoned, removeScratch, type Scratch } from './scratch.js';
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
 * Completes the record of a browser that `startRecorded` has started. The end of a browser removes the directories in which the
 * record is being written: if the browser ends meanwhile, rejects as `died` does, not with the error of the record.
 */
export async function recordStarted(
  { profile, directory }: Scratch,
  { record }: BrowserProcess,
  died: Promise<never>,
): Promise<void> {
  const recorded = recordBrowser(profile, record, directory);
  const either = Promise.race([died, recorded]);
  await Promise.allSettled([either, recorded]);
  await either;
}

/**
 * Writes into a profile which browser runs on it and which process owns that browser, for the next owner after a crash.
 */
export async function recordBrowser(profile: string, record: BrowserRecord, scratch: string): Promise<void> {
  const kept: Kept = { ...record, scratch, owner: await ownProcess() };
  // A crash between two records must leave one of them.
  await writeAtomically(disk(), join(profile, FILE), JSON.stringify(kept));
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
 * Ends the browser that a crashed process left on this profile, and removes the temporary directory of that browser, also
 * if the process crashed before it started a browser. If the process that started the browser is alive, the profile is in use: rejects with `browser-failed` and ends nothing.
 */
export async function reapLeftovers(profile: string, { temporary }: LeftoverOptions = {}): Promise<void> {
  const kept = await readRecord(profile);
  if (kept !== undefined) await reapRecorded(profile, kept, temporary);
  await removeAbandoned(profile, temporary);
}

async function reapRecorded(profile: string, kept: Kept, temporary: string | undefined): Promise<void> {
  if ((await isRunning(kept.owner)) && (await processesOf(kept.marker)).length > 0) throw profileInUse(profile, kept);
  await reapBrowser(kept);
  await removeScratch(kept.scratch, kept.marker, temporary);
  await forgetBrowser(profile);
}

const FILE = 'wakey-browser.json';

interface Kept extends BrowserRecord {
  readonly scratch: string;
  readonly owner: OwnerProcess;
}

/** The disk with a time limit for this call: a dead network file system must not block a start. */
function disk(): Disk {
  return { files: boundedFiles(realFiles), platform: thisPlatform };
}

/** Returns undefined for a record that is missing, incomplete or of another form: it names no process. */
async function readRecord(profile: string): Promise<Kept | undefined> {
  try {
    return parseKept(parsedJson((await readText(disk(), join(profile, FILE))) ?? ''));
  } catch (error) {
    // A pipe or a directory in its place is none of ours.
    if (error instanceof NotAFile) return undefined;
    throw error;
  }
}

function parseKept(value: unknown): Kept | undefined {
  if (!isObject(value) || !isObject(value.owner)) return undefined;
  const { pid, startTime, marker, scratch, owner } = value;
  if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(owner.pid)) return undefined;
  // The marker alone finds a browser whose owner crashed before it knew the process. An owner without a start time cannot be told
  // from a later process with its number, so nothing may be ended.
  const isWhole = [marker, scratch, owner.startTime].every((text) => typeof text === 'string' && text !== '');
  const isKnown = typeof startTime === 'string' && (pid === 0) === (startTime === '');
  // All fields are checked above.
  return isWhole && isKnown ? (value as unknown as Kept) : undefined;
}

function profileInUse(profile: string, { pid, owner }: Kept): WakeyError {
  return new WakeyError('browser-failed', {
    what: `The profile ${profile} is in use by ${pid === 0 ? 'a browser' : `browser process ${pid}`}, which process ${owner.pid} started.`,
    hint: 'Close that browser first: two browsers on one profile destroy the profile.',
    details: { profile, pid, owner: owner.pid },
  });
}
