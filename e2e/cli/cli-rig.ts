import { readdirSync } from 'node:fs';
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
  /** Lets the phone scan the next code that `wakey` shows, over HTTP as any tool would. */
  scan(wakey: Wakey): Promise<void>;
  /** Links `main` through `wakey start`, which ends with 0 once its first backup is saved. */
  link(): Promise<void>;
  /** The names of the files in the folder. */
  files(): readonly string[];
  /** Ends all commands, and returns the ids of the processes that remain. */
  close(): Promise<readonly number[]>;
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
    async link() {
      const started = start('--exit-when-ready');
      await rig.scan(started);
      const code = await started.exited;
      if (code !== 0) throw new Error(`The link ended with ${code}: ${started.stderr()}`);
    },
    async scan(started) {
      const { qr } = await started.event('qr');
      const answer = await fetch(`${simulator.control}/phone/scan`, { method: 'POST', body: JSON.stringify({ qr }) });
      if (!answer.ok) throw new Error(`The phone refused: ${await answer.text()}`);
    },
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
