import type { Readable } from 'node:stream';
import type { Environment } from '@wakey/config';
import type { Out } from './terminal/screen.js';

/** The surroundings of a command. */
export interface Shell {
  readonly out: Out;
  readonly err: Out;
  readonly input: Readable;
  readonly env: Environment;
  readonly cwd: string;
  /** The file with which Node runs this program again. */
  readonly program: string;
  readonly signals: Signals;
}

/** A signal that ends a command. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The source of signals. One command listens at a time. */
export interface Signals {
  /**
   * Calls `onStop` once, with the first signal, and `onHurry` at each Ctrl-C after that. Returns a function that ends the
   * listening: signals then end the process, as they do by default.
   */
  listen(onStop: (signal: Signal) => void, onHurry: () => void): () => void;
}
