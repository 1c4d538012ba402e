import type { EndSignal } from './table.js';

/** Sends a signal; a process that is gone already has what we wanted, one we may not signal shows up as alive. */
export async function sendSignal(pid: number, signal: EndSignal): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isOneOf(error, ['ESRCH', 'EPERM'])) throw error;
  }
}

/** Whether a thrown value is a system error with one of these codes. */
export function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
