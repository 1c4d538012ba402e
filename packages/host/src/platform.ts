import { linux } from './platform-linux.js';
import { macos } from './platform-macos.js';
import { windows } from './platform-windows.js';

/** What differs between operating systems. Each operating system has one file that implements it. */
export interface Platform {
  /** Whether file modes keep other users out. If not, Wakey neither sets nor checks modes. */
  readonly hasModes: boolean;
  /** Whether a directory can be flushed to the disk, so that a rename survives a power cut. */
  readonly syncsDirectories: boolean;
  /** A directory in memory that all users share; undefined if the system has none. */
  readonly memoryDir: string | undefined;
  /** The id of the user of this process; undefined if users have no numbers. */
  readonly uid: number | undefined;
  /** The ids of the groups of this process; empty if groups have no numbers. */
  readonly groups: readonly number[];
  /** Returns the facts of a process, or `undefined` if no process of that number is alive. A zombie is not alive. */
  process(pid: number): Promise<ProcessFacts | undefined>;
  /** Returns the other live processes that have `argument` in their command line, as far as this user can see them. */
  processesWith(argument: string): Promise<readonly number[]>;
}

/** A live process. */
export interface ProcessFacts {
  readonly pid: number;
  /**
   * Start time; together with the pid it identifies a process for good, also across reboots. Undefined if it could not
   * be read.
   */
  readonly startTime: string | undefined;
  /** Command line; undefined if this user may not read it. */
  readonly command: string | undefined;
}

/** The platform of this process. */
export const thisPlatform: Platform =
  process.platform === 'win32' ? windows : process.platform === 'darwin' ? macos : linux;
