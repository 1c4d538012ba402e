import {
  type BrowserVersion,
  type ErrorCode,
  parseSessionId,
  type Quarantined,
  type RecoveryCause,
  type Restrictions,
  WakeyError,
} from '@wakey/core';
import { type Disk, isLine, isNatural, isObject, isPath, isTime, readText, writeAtomically } from '@wakey/host';

/** What is known of a session besides its profile: `session.json`. Times in ms since 1970. */
export interface SessionRecord {
  readonly version: 1;
  readonly id: string;
  readonly createdAt: number;
  /** Since when credentials are kept here; absent: none are. */
  readonly linkedAt?: number;
  /** When the page found no login in the profile, although one is on record, and no backup could replace it. */
  readonly lostAt?: number;
  /** Scheme, host and port of the page that the login belongs to; absent: the page's adapter names none. */
  readonly origin?: string;
  /** The own id, once ready. */
  readonly me?: string;
  readonly lastReadyAt?: number;
  /** What WhatsApp forbade the account when it was last ready; absent: nothing. */
  readonly restrictions?: Restrictions;
  /** Name of the driver that last ran the profile. */
  readonly driver?: string;
  /** The browser that last wrote the profile. */
  readonly browser?: BrowserVersion;
  /** The generation of the store that was last written from here, or put in place here; 0 when there is none. */
  readonly generation: number;
  /** When that generation was written. */
  readonly keptAt?: number;
  /** The generation of the store that the login is known to have come back with: no write prunes it. */
  readonly proved?: Proof;
  /** The generation that the live profile came from, until it becomes ready. */
  readonly unproved?: Trial;
  /** Generations that were put in place and did not become ready, by their content: the recovery ladder passes them over. */
  readonly refused?: readonly Refusal[];
  /** The fence of the last lease under which the live profile was used. */
  readonly fence?: number;
  /** The directory in memory where the live profile was last used; absent: it was in the session's own directory. */
  readonly liveDir?: string;
  /** The live profile was erased at the last stop, being kept: what is kept is all there is. */
  readonly isPacked?: boolean;
  /** How large the live profile was when it was packed, in bytes: what it needs room for in memory. */
  readonly profileBytes?: number;
  /** The last step of the recovery ladder that was taken here. */
  readonly recovery?: RecoveryRecord;
  /** The browser that runs, or that a crash may have left running. */
  readonly browserProcess?: BrowserProcess;
  /** Since when the credentials are to be erased and are not yet. The next owner carries on. */
  readonly erasingSince?: number;
  /** What that erasure leaves in the store's quarantine. */
  readonly erasingKeep?: 'nothing' | 'newest';
  /** The generation that the store keeps in quarantine after a logout that nobody here asked for, and until when. */
  readonly setAside?: Quarantined;
}

/** A session became ready, after a start of the browser and without a code, on a profile that came from this generation. */
export interface Proof {
  readonly generation: number;
  /** When it became ready. */
  readonly at: number;
}

/** A generation that was put in the profile's place. */
interface Trial {
  readonly generation: number;
  /** The SHA-256 of what is kept of the profile, in lower-case hexadecimal. */
  readonly content: string;
}

/** A trial that failed: the page held no login, or the session did not become ready. */
export interface Refusal extends Trial {
  readonly at: number;
}

/** What became of a profile that was no good. */
export interface RecoveryRecord {
  readonly at: number;
  readonly why: RecoveryCause;
  /** The generation that was put in its place; absent: there was none. */
  readonly generation?: number;
  /** Where the profile was put aside. */
  readonly quarantine?: string;
}

/** A browser's main process, named so that another process of the same number is not taken for it. */
export interface BrowserProcess {
  readonly host: string;
  readonly pid: number;
  /** As the platform tells it, where it does. */
  readonly startTime?: string;
  /** An argument of its command line that no other process has. */
  readonly marker?: string;
}

/** A change of a record: fields given replace, fields given as `undefined` are removed. */
export type RecordChange = {
  readonly [Field in Exclude<keyof SessionRecord, 'version' | 'id' | 'createdAt'>]?: SessionRecord[Field] | undefined;
};

/** The record that follows from `record` and `change`. */
export function changedRecord(record: SessionRecord, change: RecordChange): SessionRecord {
  const merged = Object.entries({ ...record, ...change }).filter(([, value]) => value !== undefined);
  return parsed(Object.fromEntries(merged), record.id, 'invalid-argument', 'The change of a session record');
}

/** Reads a record; `undefined` only when there is none. Whatever is there but unreadable throws `session-unreadable`. */
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
    // The cause is left out on purpose: its message quotes the file.
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
  // The table above has proved every field.
  return Object.fromEntries(known.map((field) => [field, value[field]])) as unknown as SessionRecord;
}

/** Every field of a record and what it may be. A field that is added to the type and not here does not compile. */
const fields: { readonly [Field in keyof Required<SessionRecord>]: (value: unknown) => boolean } = {
  version: (value) => value === 1,
  id: isSessionId,
  createdAt: isTime,
  linkedAt: optional(isTime),
  lostAt: optional(isTime),
  origin: optional(isLine),
  me: optional(isLine),
  lastReadyAt: optional(isTime),
  restrictions: optional(isRestrictions),
  driver: optional(isLine),
  browser: optional((value) => isObject(value) && isLine(value.product) && isLine(value.version)),
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
    // It says why it is none, to whoever has typed it.
    return false;
  }
}

function unreadable(code: ErrorCode, path: string, why: string): WakeyError {
  return new WakeyError(code, {
    what: `${path} cannot be understood: ${why}.`,
    hint: 'Nothing was changed. Restore that file from a backup, or move the session’s directory away to link anew.',
    details: { path },
  });
}

function unknownVersion(path: string, version: unknown): WakeyError {
  const isNewer = typeof version === 'number' && version > 1;
  return new WakeyError('session-unreadable', {
    what: isNewer
      ? `${path} was written by a newer Wakey: its version is ${version}, this one knows 1.`
      : `${path} cannot be understood: it has no version that this Wakey knows.`,
    hint: isNewer ? 'Update Wakey; nothing was changed.' : 'Nothing was changed. Restore that file from a backup.',
    details: { path },
  });
}

/** A directory that was copied or renamed by hand, whose copies would take WhatsApp's connection from each other. */
function ofAnother(code: ErrorCode, path: string, id: string, owner: string): WakeyError {
  return new WakeyError(code, {
    what: `The directory of session "${id}" was copied or renamed: ${path} belongs to session "${owner}".`,
    hint:
      `Nothing was changed. Give the directory its name "${owner}" back. To run the login under another name, use ` +
      `"wakey export ${owner}" and "wakey import <file> --session ${id}". Two copies of one login end each other.`,
    details: { path, session: id, belongsTo: owner },
  });
}
