import { randomBytes } from 'node:crypto';

/**
 * Identifies one started browser. The marker is a random id in the environment of the browser's processes, by which
 * Wakey finds these processes. A process id counts only together with the start time of its process.
 */
export interface BrowserRecord {
  /** 0 before the process exists. */
  readonly pid: number;
  /** Start time as the process table reports it; Wakey only compares it. */
  readonly startTime: string;
  readonly marker: string;
}

/** Returns a new random marker: the id by which Wakey finds the processes of one browser. */
export function newMarker(): string {
  return randomBytes(16).toString('hex');
}
