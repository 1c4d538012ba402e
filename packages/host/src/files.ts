import * as nodeFiles from 'node:fs/promises';

/** The file-system calls that Wakey makes: Node's, unless a test replaces one to make it fail. */
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

/** Node's file system. */
export const realFiles: Files = nodeFiles;

/** Whether a thrown value is a file-system error with one of these codes. */
export function isFileError(thrown: unknown, ...codes: readonly string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}

/** Settles as `promise` does, but returns `undefined` if the file does not exist. */
export async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
