import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileError, unlessAbsent } from '@wakey/host';

/** The directory of the journal in a profile. */
export const JOURNAL = 'journal';
/** The key that seals the material of the page's keys: 32 bytes as base64. */
export const SEAL_KEY = 'seal.key';

/** The name of a new journal file, which replaces the file `before`. Its random part makes two files of one number different. */
export function nextName(before: string | undefined): string {
  const number = before === undefined ? 1 : Number(PATTERN.exec(before)?.[1]) + 1;
  return `indexeddb-${String(number).padStart(6, '0')}-${randomBytes(4).toString('hex')}.log`;
}

/**
 * The journal file that counts: a compaction writes a whole new file under the next number and then removes the old one, so a crash
 * in between leaves both. `undefined`: the profile is new.
 */
export async function currentName(profileDir: string): Promise<string | undefined> {
  return (await journalNames(profileDir)).at(-1);
}

/**
 * Whether the error of a reader of the file `name` says only that the driver has replaced this file by a smaller one meanwhile.
 */
export async function wasReplaced(error: unknown, profileDir: string, name: string): Promise<boolean> {
  return isFileError(error, 'ENOENT') && (await currentName(profileDir)) !== name;
}

/** All journal files of a profile, the one that counts last. */
export async function journalNames(profileDir: string): Promise<readonly string[]> {
  const names = (await unlessAbsent(readdir(join(profileDir, JOURNAL)))) ?? [];
  return names.filter((name) => PATTERN.test(name)).sort();
}

const PATTERN = /^indexeddb-(\d{6,})-[0-9a-f]{8}\.log$/;
