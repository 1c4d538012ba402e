import { open } from 'node:fs/promises';
import { type Secret, secret } from '@wakey/core';
import { UsageError } from '../usage-error.js';

/**
 * The text of a file that is a secret. Refuses one that others can read, as ssh does, with the command that mends it.
 * Throws a UsageError.
 */
export async function readSecretFile(path: string): Promise<Secret> {
  try {
    const file = await open(path, 'r');
    try {
      const { mode } = await file.stat();
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
        throw new UsageError(`Others can read ${path} (mode ${octal(mode)}). Run: chmod 600 ${quoted(path)}`);
      }
      return secret(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new UsageError(`${path} cannot be read: ${reasons[code] ?? code}.`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'its permissions forbid it',
  EPERM: 'its permissions forbid it',
  EISDIR: 'it is a directory',
};

/** A path as a shell takes it. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
