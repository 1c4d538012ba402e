import { isFileError } from './files.js';

/** Whether a process or a zombie of that number exists, of this user or another. */
export function isSignalable(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (isFileError(error, 'ESRCH')) return false;
    if (isFileError(error, 'EPERM')) return true;
    throw error;
  }
}

/** Whether a command line, with its arguments joined by spaces, contains `argument` as a whole. */
export function hasArgument(command: string | undefined, argument: string): boolean {
  return command !== undefined && ` ${command} `.includes(` ${argument} `);
}
