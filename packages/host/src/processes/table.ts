/** One process at the time of the listing. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Id of its session, which stays the same when its parent dies; 0 if the system has no sessions. */
  readonly session: number;
  /** Start time: it distinguishes two processes that had the same id one after the other. */
  readonly startTime: string;
  /** False for a zombie: a process that has ended and waits for its parent to collect it. */
  readonly alive: boolean;
  /** Whether the process has the marker that the caller passed to `list`: the random id of one browser. */
  readonly marked: boolean;
}

/** Lists and signals the processes of one operating system. */
export interface ProcessTable {
  /** Lists every visible process. With `marker`, the field `marked` shows which processes have that marker. */
  list(marker?: string): Promise<readonly ProcessEntry[]>;
  /** Returns the entries that are still alive: same id, same start time. */
  alive(entries: readonly ProcessEntry[]): Promise<readonly ProcessEntry[]>;
  /**
   * Sends a signal. A process that is gone or belongs to another user is no error; the caller checks afterwards which
   * processes live.
   */
  signal(pid: number, signal: EndSignal): Promise<void>;
}

/** The signals that end a process, the gentlest first. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/**
 * The environment variable with the marker of a browser: the random id by which Wakey finds the browser's processes.
 */
export const MARKER_VARIABLE = 'WAKEY_BROWSER_ID';
