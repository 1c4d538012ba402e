import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { type Secret, secret } from '@wakey/core';
import { octal, quoted } from '@wakey/host';
import { unreadable } from '../unreadable.js';
import { UsageError } from '../usage-error.js';

/**
 * Reads a file whose text is a secret. Refuses a file that others can read, as ssh does: throws a UsageError with the
 * command that makes the file private.
 */
export async function readSecretFile(path: string): Promise<Secret> {
  try {
    const found = await answered(path, stat(path));
    if (!found.isFile() && !found.isFIFO())
      throw new UsageError(`${path} cannot be read: ${found.isDirectory() ? 'it is a directory' : 'it is a device'}.`);
    const advice = adviceAbout(path, found);
    if (advice !== undefined) throw new UsageError(advice);
    // The file may be a pipe, such as a shell's <(command), whose writer may be slow.
    const text = await answered(path, readFile(path, 'utf8'));
    return secret(text);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What is wrong with the mode of a file, and the command that repairs it; undefined if the mode is right. */
function adviceAbout(path: string, { mode, uid, gid }: Stats): string | undefined {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined;
  const own = process.getuid?.();
  const groups = [...(process.getgroups?.() ?? []), process.getgid?.()];
  // Root mounted the secret for our group and for nobody else. Only root could restrict it further.
  if (uid === 0 && (mode & 0o037) === 0 && groups.includes(gid) && (own !== 0 || gid !== 0)) return undefined;
  const others = `Other users can read ${path} (mode ${octal(mode & 0o777)}).`;
  if (uid === own) return `${others} Run: chmod 600 ${quoted(path)}`;
  return `${others} It belongs to user ${uid}: let that user give it the mode 0440 and a group of yours. For a mounted secret: defaultMode: 0440 and fsGroup in Kubernetes, mode: 0400 and uid in Compose.`;
}

/** The answer of a file system. Throws if it does not come in time. */
async function answered<T>(path: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new UsageError(`${path} did not answer within ${WITHIN / 1000} s: ${DEAD}`)),
      WITHIN,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** In ms: enough for a writer of a pipe that asks a person for a passphrase. */
const WITHIN = 60_000;
const DEAD = 'it is a pipe without a writer, or its disk is gone. Name a file that can be read.';
