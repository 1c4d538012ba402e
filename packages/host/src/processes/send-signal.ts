import { isFileError } from '../files.js';
import type { EndSignal } from './table.js';

/** Sends a signal; a process that is gone already has what we wanted, one we may not signal shows up as alive. */
export async function sendSignal(pid: number, signal: EndSignal): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isFileError(error, 'ESRCH', 'EPERM')) throw error;
  }
}
