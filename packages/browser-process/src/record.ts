import { randomBytes } from 'node:crypto';

/**
 * Identifies one started browser: the marker is random and in the browser's environment, and a process id counts only
 * together with the start time of its process.
 */
export interface BrowserRecord {
  readonly pid: number;
  /** Start time as the process table reports it; Wakey only compares it. */
  readonly startTime: string;
  readonly marker: string;
}

/** Returns a marker that no other browser has. */
export function newMarker(): string {
  return randomBytes(16).toString('hex');
}
