import { isFileError } from '../files.js';
import type { EndSignal } from './table.js';

/**
 * Sends a signal. A process that is gone is no error. A process that this user may not signal is no error either: it
 * shows up as still alive.
 */
export async function sendSignal(pid: number, signal: EndSignal): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isFileError(error, 'ESRCH', 'EPERM')) throw error;
  }
}
