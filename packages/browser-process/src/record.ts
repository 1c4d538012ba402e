import { randomBytes } from 'node:crypto';

/**
 * Names one started browser beyond doubt: the marker is random and in its environment, and a process id counts only
 * together with the moment at which its process started.
 */
export interface BrowserRecord {
  readonly pid: number;
  /** As the process table tells it; only ever compared. */
  readonly startTime: string;
  readonly marker: string;
}

/** A marker no other browser has. */
export function newMarker(): string {
  return randomBytes(16).toString('hex');
}
