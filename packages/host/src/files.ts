import * as nodeFiles from 'node:fs/promises';

/** The file-system calls a workspace makes: Node's own, unless a test wants to fail one of them. */
export type Files = Pick<
  typeof nodeFiles,
  | 'chmod'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'readFile'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
  | 'statfs'
  | 'unlink'
>;

/** An open file. */
export type FileHandle = Awaited<ReturnType<Files['open']>>;

/** Node's own file system. */
export const realFiles: Files = nodeFiles;

/** Whether a thrown value is a file-system error with one of these codes. */
export function isFileError(thrown: unknown, ...codes: readonly string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}

/** What `promise` gives, or `undefined` where the file it is about does not exist. */
export async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
