import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Environment } from '@wakey/config';

/** A line that `wakey start --json` printed. */
export interface WorkerEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** How a process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A `wakey start --json` of its own process. */
export interface Worker {
  readonly pid: number;
  readonly events: readonly WorkerEvent[];
  /** Resolves with the first event from number `from` on that fits; rejects when the process ends without it. */
  waitFor(fits: (event: WorkerEvent) => boolean, from?: number): Promise<WorkerEvent>;
  readonly exited: Promise<WorkerExit>;
  /** Asks it to stop in order. */
  stop(): void;
  /** Ends it at once; its browser leaves with it. */
  kill(): void;
  /** The end of what it wrote on stderr. */
  lastWords(): string;
}

/** How one is started. */
export interface WorkerOptions {
  /** The file of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

/**
 * Starts one. It is out of reach of the terminal's Ctrl-C, so that whoever started it says when it ends; the channel
 * between the two ends it when that one dies.
 */
export function startWorker({ program, args, env }: WorkerOptions): Worker {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('WAKEY_')));
  const child = spawn(process.execPath, [program, 'start', ...args], {
    env: own,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const events: WorkerEvent[] = [];
  const waiting = new Set<() => void>();
  let words = '';
  let exit: WorkerExit | undefined;
  const wake = () => {
    for (const look of waiting) look();
  };
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('spawn gave a process without its pipes');
  createInterface({ input: stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as WorkerEvent);
    wake();
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000);
  });
  const exited = new Promise<WorkerExit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
      wake();
    });
  });

  return {
    pid: child.pid ?? 0,
    events,
    exited,
    stop: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
    lastWords: () => words.trim(),
    waitFor: (fits, from = 0) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.slice(from).find(fits);
          if (found === undefined && exit === undefined) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`The process ended (${wayOut(exit)}) before this step.`));
        };
        waiting.add(look);
        look();
      }),
  };
}

/** How a process ended, for people. */
export function wayOut(exit: WorkerExit | undefined): string {
  return exit?.signal ?? `exit code ${exit?.code}`;
}
