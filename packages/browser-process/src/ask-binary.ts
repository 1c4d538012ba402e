import { spawn } from 'node:child_process';
import { type ProcessTable, sendSignal, systemProcessTable } from '@wakey/host';
import { systemClock } from './clock.js';
import { browserUnkillable } from './end-process.js';

/** Options of `askBinary`. */
export interface AskOptions {
  readonly env: Readonly<Record<string, string>>;
  /** How long the binary may take, in ms. @default 3_000 */
  readonly timeout?: number;
  /** When it aborts, the binary is ended, and the result is what it has printed by then. */
  readonly signal?: AbortSignal;
  /** @default the process table of this system */
  readonly table?: ProcessTable;
}

/**
 * Runs a binary that answers a question and ends, and returns what it prints. Returns '' if the system cannot start it.
 * The binary runs in its own process group, so that a script and everything that the script starts end together. After
 * it resolves, no process of the group is alive. Throws `browser-unkillable` if the system does not end one.
 */
export function askBinary(executable: string, args: readonly string[], options: AskOptions): Promise<string> {
  const { env, timeout = 3_000, signal, table = systemProcessTable() } = options;
  const over = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])]);
  return new Promise((resolve, reject) => {
    if (over.aborted) {
      resolve('');
      return;
    }
    const child = spawn(executable, [...args], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    const stop = () => {
      child.off('close', done);
      // A process that left the group may hold the other end of the pipe open forever.
      child.stdout.destroy();
      if (child.pid === undefined) resolve(text);
      else endGroup(child.pid, table).then(() => resolve(text), reject);
    };
    const done = () => {
      over.removeEventListener('abort', stop);
      resolve(text);
    };
    over.addEventListener('abort', stop, { once: true });
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.once('close', done);
    // A binary that cannot be started is no error here: the launch reports it with its reason.
    child.once('error', done);
  });
}

/**
 * Kills a process group and waits until all its processes are dead, because a killed process stays alive for a moment
 * on a busy machine.
 */
async function endGroup(leader: number, table: ProcessTable): Promise<void> {
  const begun = systemClock.now();
  for (;;) {
    await sendSignal(-leader, 'SIGKILL');
    const left = (await table.list()).filter((entry) => entry.alive && entry.group === leader);
    if (left.length === 0) return;
    if (systemClock.now() - begun >= GIVE_UP_AFTER) throw browserUnkillable(left);
    await systemClock.wait(POLL);
  }
}

/** In ms. */
const GIVE_UP_AFTER = 5_000;
/** In ms. */
const POLL = 15;
