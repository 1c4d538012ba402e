import type { Readable } from 'node:stream';
import type { Environment } from '@wakey/config';
import type { Out } from './terminal/screen.js';

/** What a command runs in. */
export interface Shell {
  readonly out: Out;
  readonly err: Out;
  readonly input: Readable;
  readonly env: Environment;
  readonly cwd: string;
  /** The file that Node is started with to run this program again. */
  readonly program: string;
  readonly signals: Signals;
}

/** A signal that ends a command. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Where the wish to end a command comes from. One command listens at a time. */
export interface Signals {
  /**
   * `onStop` is called once, with the first signal; `onHurry` at a Ctrl-C after that. Gives what ends the listening:
   * signals then end the process, as they do by default.
   */
  listen(onStop: (signal: Signal) => void, onHurry: () => void): () => void;
}
