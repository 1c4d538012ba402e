import { linux } from './platform-linux.js';
import { macos } from './platform-macos.js';
import { windows } from './platform-windows.js';

/** Everything a workspace needs that is not the same on every operating system. One file for each of them. */
export interface Platform {
  /** Whether file modes keep other users out. Where not, modes are neither set nor judged. */
  readonly hasModes: boolean;
  /** Whether a directory can be flushed to the disk, so that a rename survives a power cut. */
  readonly syncsDirectories: boolean;
  /** A directory for everybody that lives in memory, where the system has one. */
  readonly memoryDir: string | undefined;
  /** The user we are; undefined where users have no numbers. */
  readonly uid: number | undefined;
  /** The groups we are in; none where groups have no numbers. */
  readonly groups: readonly number[];
  /** What is known of a process, or `undefined` when no process of that number is alive. A zombie is not alive. */
  process(pid: number): Promise<ProcessFacts | undefined>;
  /** The other live processes that have `argument` in their command line, as far as we may see them. */
  processesWith(argument: string): Promise<readonly number[]>;
}

/** A live process. */
export interface ProcessFacts {
  readonly pid: number;
  /** Together with the pid it names a process for ever, also across reboots; undefined where it could not be read. */
  readonly startTime: string | undefined;
  /** Its command line; undefined where we may not read it. */
  readonly command: string | undefined;
}

/** The platform we run on. */
export const thisPlatform: Platform =
  process.platform === 'win32' ? windows : process.platform === 'darwin' ? macos : linux;
