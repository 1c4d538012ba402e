import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError, systemProcessTable } from '@wakey/host';
import { browserUnkillable, type EndOptions, endMarked } from './end-process.js';
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
  const left = await endMarked(record, { ...options, table });
  if (left.length > 0) throw browserUnkillable(left);
  return found.length;
}

/** Writes into a profile which browser runs on it and for whom, for an owner that comes after a crash of ours. */
export async function recordBrowser(profile: string, record: BrowserRecord, scratch: string): Promise<void> {
  const owner = (await systemProcessTable().list()).find((entry) => entry.pid === process.pid);
  const kept: Kept = { ...record, scratch, owner: { pid: process.pid, startTime: owner?.startTime ?? '' } };
  await writeFile(join(profile, FILE), JSON.stringify(kept), { mode: 0o600 });
}

/** Takes the record back once the browser is gone. */
export async function forgetBrowser(profile: string): Promise<void> {
  await rm(join(profile, FILE), { force: true });
}

/** Where to look for what is left. */
export interface LeftoverOptions {
  /** The directory that holds the scratch directories of browsers. @default the system's temporary directory */
  readonly temporary?: string | undefined;
}

/**
 * Ends the browser that a crashed owner left on this profile, and removes its scratch directory. Rejects with
 * `browser-failed`, and ends nothing, where the owner lives: then the profile is in use.
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
    // Not there: nobody crashed. Half written: the crash came before the record was whole, and names nobody.
    if (isFileError(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A record of another form names nobody that we could end. */
function parseKept(value: Kept): Kept | undefined {
  const numbers = [value?.pid, value?.owner?.pid];
  const texts = [value?.startTime, value?.marker, value?.scratch, value?.owner?.startTime];
  const isWhole = numbers.every(Number.isSafeInteger) && texts.every((text) => typeof text === 'string' && text !== '');
  return isWhole ? value : undefined;
}

function profileInUse(profile: string, { pid, owner }: Kept): WakeyError {
  return new WakeyError('browser-failed', {
    what: `The profile ${profile} is in use by the browser ${pid} of process ${owner.pid}.`,
    hint: 'Close that browser first; two browsers on one profile destroy it.',
    details: { profile, pid, owner: owner.pid },
  });
}
