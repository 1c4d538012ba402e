/** One process at the moment of looking. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Id of the session it belongs to: stays when its parent dies. 0 where the system has none. */
  readonly session: number;
  /** Tells apart two processes that had the same id one after the other. */
  readonly startTime: string;
  /** False for a zombie: it has ended and only waits to be collected. */
  readonly alive: boolean;
  /** It carries the marker that was asked for. */
  readonly marked: boolean;
}

/** How to look at and end the processes of one operating system. */
export interface ProcessTable {
  /** Every process that can be seen. With `marker`, `marked` says who carries it. */
  list(marker?: string): Promise<readonly ProcessEntry[]>;
  /** Those of `entries` that are alive still: same id, same start. */
  alive(entries: readonly ProcessEntry[]): Promise<readonly ProcessEntry[]>;
  /** Sends a signal. That the process is gone already, or is another user's, is no error: who lives is looked up after. */
  signal(pid: number, signal: EndSignal): Promise<void>;
}

/** How a process is ended, the gentlest way first. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** The environment variable that carries the marker of a browser. */
export const MARKER_VARIABLE = 'WAKEY_BROWSER_ID';
