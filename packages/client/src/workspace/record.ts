import { type LoginFacts, loginChecks } from '@wakey/bundle';
import {
  type ErrorCode,
  parseSessionId,
  type Quarantined,
  type RecoveryCause,
  type Restrictions,
  WakeyError,
} from '@wakey/core';
import { type Disk, isLine, isNatural, isObject, isPath, isTime, readText, writeAtomically } from '@wakey/host';

/** The record of a session, `session.json`: the facts about the session outside its profile. Times in ms since 1970. */
export interface SessionRecord extends Partial<LoginFacts> {
  readonly version: 1;
  readonly id: string;
  readonly createdAt: number;
  /**
   * When the page found no login in the profile although the record names one, and no backup could replace the profile.
   */
  readonly lostAt?: number;
  readonly lastReadyAt?: number;
  /** What WhatsApp forbade the account when the session was last ready; absent without restrictions. */
  readonly restrictions?: Restrictions;
  /** The last backup that was written from this directory or restored to it; 0 without one. */
  readonly generation: number;
  /** When that backup was written. */
  readonly keptAt?: number;
  /** The proved backup, which no write deletes. */
  readonly proved?: Proof;
  /** The backup that the live profile came from, until the session becomes ready. */
  readonly unproved?: Trial;
  /** The refused backups, by their content: the recovery ladder skips them. */
  readonly refused?: readonly Refusal[];
  /** The fence of the last lease under which the live profile was used. */
  readonly fence?: number;
  /** The directory in memory where the live profile was last used; absent if it was in the session's own directory. */
  readonly liveDir?: string;
  /** The last stop erased the live profile, because a backup of it exists. The login is only in the store. */
  readonly isPacked?: boolean;
  /** The size of the live profile when it was last packed, in bytes: it tells how much memory the profile needs. */
  readonly profileBytes?: number;
  /** The last step of the recovery ladder in this directory. */
  readonly recovery?: RecoveryRecord;
  /** The browser that runs now, or that a crash may have left running. */
  readonly browserProcess?: BrowserProcess;
  /** When an unfinished erasure of the login began. The next start finishes it. */
  readonly erasingSince?: number;
  /** Which backup that erasure leaves in the store's quarantine. */
  readonly erasingKeep?: 'nothing' | 'newest';
  /** The backup in the store's quarantine after a logout that this program did not request, and until when it stays. */
  readonly setAside?: Quarantined;
}

/**
 * The proof of a backup: after a start of the browser on a profile from this backup, the session became ready without a
 * code.
 */
export interface Proof {
  readonly generation: number;
  /** When the session became ready. */
  readonly at: number;
}

/** A restored backup that has not become ready yet. */
interface Trial {
  readonly generation: number;
  /** The SHA-256 of the files in the backup, in lower-case hexadecimal: see `contentOf`. */
  readonly content: string;
}

/** A refused backup: the page held no login, or the session did not become ready. */
export interface Refusal extends Trial {
  readonly at: number;
}

/** One step of the recovery ladder: a backup that replaced a profile, or a profile that no backup could replace. */
export interface RecoveryRecord {
  readonly at: number;
  readonly why: RecoveryCause;
  /** The restored backup; absent if there was none. */
  readonly generation?: number;
  /** The number of the last segment of that backup that was applied; absent for the backup alone. */
  readonly through?: number;
  /** Where the former profile is in quarantine. */
  readonly quarantine?: string;
}

/** A browser's main process, described so that Wakey does not mistake a later process with the same number for it. */
export interface BrowserProcess {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the platform's own form; absent if the platform does not report it. */
  readonly startTime?: string;
  /** An argument on its command line that no other process has. */
  readonly marker?: string;
}

/** A change of a record: a given field is replaced, a field given as `undefined` is removed. */
export type RecordChange = {
  readonly [Field in Exclude<keyof SessionRecord, 'version' | 'id' | 'createdAt'>]?: SessionRecord[Field] | undefined;
};

/** Returns `record` with the fields of `change`. Throws `invalid-argument` for an invalid value. */
export function changedRecord(record: SessionRecord, change: RecordChange): SessionRecord {
  const merged = Object.entries({ ...record, ...change }).filter(([, value]) => value !== undefined);
  return parsed(Object.fromEntries(merged), record.id, 'invalid-argument', 'The change of a session record');
}

/** Reads a record; `undefined` only if the file does not exist. An unreadable record throws `session-unreadable`. */
export async function readRecord(disk: Disk, path: string, id: string): Promise<SessionRecord | undefined> {
  const text = await readText(disk, path);
  return text === undefined ? undefined : parseRecord(text, path, id);
}

/** Parses the text of a `session.json`. Throws `session-unreadable`. */
export function parseRecord(text: string, path: string, id: string): SessionRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // Omit the cause on purpose: its message quotes the file.
    const name = cause instanceof Error ? cause.name : typeof cause;
    throw unreadable('session-unreadable', path, text === '' ? 'it is empty' : `it is not JSON (${name})`);
  }
  return parsed(value, id, 'session-unreadable', path);
}

/** Writes a record, atomically and durably. */
export function writeRecord(disk: Disk, path: string, record: SessionRecord): Promise<void> {
  return writeAtomically(disk, path, `${JSON.stringify(record, null, 2)}\n`);
}

function parsed(value: unknown, id: string, code: ErrorCode, path: string): SessionRecord {
  if (!isObject(value)) throw unreadable(code, path, 'it is not an object');
  if (value.version !== 1) throw unknownVersion(path, value.version);
  for (const [field, isValid] of Object.entries(fields)) {
    if (!isValid(value[field])) throw unreadable(code, path, `its field "${field}" has an impossible value`);
  }
  if (value.id !== id) throw ofAnother(code, path, id, String(value.id));
  const known = Object.keys(fields).filter((field) => value[field] !== undefined);
  // The checks in `fields` prove the type of every field.
  return Object.fromEntries(known.map((field) => [field, value[field]])) as unknown as SessionRecord;
}

/** The check of each field of a record. A field that is added to the type and not to this table does not compile. */
const fields: { readonly [Field in keyof Required<SessionRecord>]: (value: unknown) => boolean } = {
  version: (value) => value === 1,
  id: isSessionId,
  createdAt: isTime,
  driver: optional(loginChecks.driver),
  browser: optional(loginChecks.browser),
  profileFormat: optional(loginChecks.profileFormat),
  me: optional(loginChecks.me),
  linkedAt: optional(loginChecks.linkedAt),
  origin: optional(loginChecks.origin),
  lostAt: optional(isTime),
  lastReadyAt: optional(isTime),
  restrictions: optional(isRestrictions),
  generation: isNatural,
  keptAt: optional(isTime),
  proved: optional((value) => isObject(value) && isNatural(value.generation) && isTime(value.at)),
  unproved: optional(isTrial),
  refused: optional(
    (value) => Array.isArray(value) && value.every((one: unknown) => isTrial(one) && isObject(one) && isTime(one.at)),
  ),
  fence: optional(isNatural),
  liveDir: optional(isPath),
  profileBytes: optional(isNatural),
  isPacked: optional((value) => typeof value === 'boolean'),
  recovery: optional(
    (value) =>
      isObject(value) &&
      isTime(value.at) &&
      isLine(value.why) &&
      optional(isNatural)(value.generation) &&
      optional(isNatural)(value.through) &&
      optional(isPath)(value.quarantine),
  ),
  browserProcess: optional(
    (value) =>
      isObject(value) &&
      isLine(value.host) &&
      isNatural(value.pid) &&
      optional(isLine)(value.startTime) &&
      optional(isPath)(value.marker),
  ),
  erasingSince: optional(isTime),
  erasingKeep: optional((value) => value === 'nothing' || value === 'newest'),
  setAside: optional((value) => isObject(value) && isNatural(value.generation) && isTime(value.until)),
};

function isTrial(value: unknown): boolean {
  return isObject(value) && isNatural(value.generation) && /^[0-9a-f]{64}$/.test(String(value.content));
}

function isRestrictions(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { timeLock, messageCapping } = value;
  const isLock = (lock: unknown) => isObject(lock) && optional(isLine)(lock.kind) && optional(isTime)(lock.until);
  const isCapping = (cap: unknown) =>
    isObject(cap) && isLine(cap.status) && [cap.used, cap.quota, cap.until].every(optional(isTime));
  return optional(isLock)(timeLock) && optional(isCapping)(messageCapping);
}

function optional(isValid: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isValid(value);
}

function isSessionId(value: unknown): boolean {
  try {
    return typeof value === 'string' && parseSessionId(value) === value;
  } catch {
    // Drop the reason that `parseSessionId` throws: it is for a user who types an id.
    return false;
  }
}

function unreadable(code: ErrorCode, path: string, why: string): WakeyError {
  return new WakeyError(code, {
    what: `${path} cannot be understood: ${why}.`,
    hint: 'Nothing was changed. Put that file back from a copy, or move the session’s directory away to link again.',
    details: { path },
  });
}

function unknownVersion(path: string, version: unknown): WakeyError {
  const isNewer = typeof version === 'number' && version > 1;
  return new WakeyError('session-unreadable', {
    what: isNewer
      ? `${path} was written by a newer Wakey: its version is ${version}, this Wakey reads version 1.`
      : `${path} cannot be understood: it has no version that this Wakey can read.`,
    hint: isNewer ? 'Update Wakey; nothing was changed.' : 'Nothing was changed. Put that file back from a copy.',
    details: { path },
  });
}

/**
 * The error for a directory that was copied or renamed by hand: two copies of one login would replace each other's
 * connection.
 */
function ofAnother(code: ErrorCode, path: string, id: string, owner: string): WakeyError {
  return new WakeyError(code, {
    what: `The directory of session "${id}" was copied or renamed: ${path} belongs to session "${owner}".`,
    hint:
      `Nothing was changed. Give the directory its name "${owner}" back. To run the login under another name, use ` +
      `"wakey export ${owner}" and "wakey import <file> --session ${id}". Two running copies of one login disconnect each other.`,
    details: { path, session: id, belongsTo: owner },
  });
}
