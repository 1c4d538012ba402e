import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { runWakey, type Wakey } from './wakey.ts';

/** A simulator with its control API, and an empty folder in which commands run. */
export interface CliRig {
  readonly simulator: Simulator;
  readonly folder: string;
  /** Runs a command in the folder. */
  wakey(...args: readonly string[]): Wakey;
  /** Runs `wakey start main … --json` against the simulator. */
  start(...args: readonly string[]): Wakey;
  /** Lets the phone scan the next code that `wakey` shows, over HTTP, as a tool outside Wakey does. */
  scan(wakey: Wakey): Promise<void>;
  /** Links `main` through `wakey start`, with further options. It ends with 0 once its first backup is saved. */
  link(...args: readonly string[]): Promise<void>;
  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Ran>;
  /** Runs a command that must succeed without a word on stderr. Returns its stdout. */
  done(...args: readonly string[]): Promise<string>;
  /** A path in the folder. */
  at(...names: readonly string[]): string;
  /** The names of the files in the folder. */
  files(): readonly string[];
  /** Ends all commands, and returns the ids of the processes that remain. */
  close(): Promise<readonly number[]>;
}

/** The result of a command. */
export interface Ran {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function ran(wakey: Wakey): Promise<Ran> {
  const code = await wakey.exited;
  return { code, stdout: wakey.stdout(), stderr: wakey.stderr() };
}

/** The stdout of a command. Throws unless it succeeded without a word on stderr. */
export async function succeeded(args: readonly string[], wakey: Wakey): Promise<string> {
  const { code, stdout, stderr } = await ran(wakey);
  if (code !== 0 || stderr !== '') throw new Error(`wakey ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Starts a simulator and creates the folder. */
export async function openCliRig({ speed = 20 } = {}): Promise<CliRig> {
  const simulator = await startSimulator({ speed });
  const { path: folder, remove } = await makeFolder();
  const running: Wakey[] = [];
  const wakey = (...args: readonly string[]) => {
    const started = runWakey(args, { cwd: folder });
    running.push(started);
    return started;
  };
  const start = (...args: readonly string[]) => wakey('start', 'main', '--url', simulator.url, '--json', ...args);
  const rig: CliRig = {
    simulator,
    folder,
    wakey,
    start,
    async link(...args) {
      const started = start('--exit-when-ready', ...args);
      await rig.scan(started);
      const code = await started.exited;
      if (code !== 0) throw new Error(`The link ended with ${code}: ${started.stderr()}`);
    },
    async scan(started) {
      const { qr } = await started.event('qr');
      const answer = await fetch(`${simulator.control}/phone/scan`, { method: 'POST', body: JSON.stringify({ qr }) });
      if (!answer.ok) throw new Error(`The phone refused: ${await answer.text()}`);
    },
    run: (...args) => ran(wakey(...args)),
    done: (...args) => succeeded(args, wakey(...args)),
    at: (...names) => join(folder, ...names),
    files: () => readdirSync(folder),
    async close() {
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all(running.map(({ exited }) => exited));
      const left = processesNaming(folder);
      await simulator.close();
      await remove();
      return left;
    },
  };
  return rig;
}
