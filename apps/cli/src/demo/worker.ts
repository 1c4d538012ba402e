import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Environment } from '@wakey/config';
import type { EventJson, EventJsonOf } from '@wakey/wire';
import { decodeEvent } from '@wakey/wire/decode';

/** How a process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that runs `wakey start --json`. */
export interface Worker {
  readonly pid: number;
  readonly events: readonly EventJson[];
  /** Resolves with the first event of this name, from number `from` on. Rejects if the process ends before. */
  waitFor<E extends EventJson['event']>(name: E, from?: number): Promise<EventJsonOf<E>>;
  /** Resolves with event number `at`. Rejects if the process ends before. */
  waitForAny(at: number): Promise<EventJson>;
  readonly exited: Promise<WorkerExit>;
  /** Asks the process to stop cleanly. */
  stop(): void;
  /** Kills the process. Its browser ends with it. */
  kill(): void;
  /** The last text on its stderr. */
  lastWords(): string;
}

/** How to start a worker. */
export interface WorkerOptions {
  /** The file of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

/**
 * Starts a worker. The terminal's Ctrl-C does not reach it, so this process decides when it ends. If this process dies, the
 * closed channel between the two ends the worker.
 */
export function startWorker({ program, args, env }: WorkerOptions): Worker {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('WAKEY_')));
  const child = spawn(process.execPath, [program, 'start', ...args], {
    env: own,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const events: EventJson[] = [];
  const waiting = new Set<() => void>();
  let words = '';
  let exit: WorkerExit | undefined;
  const wake = () => {
    for (const look of waiting) look();
  };
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('spawn gave a process without its pipes');
  createInterface({ input: stdout }).on('line', (line) => {
    events.push(decodeEvent(JSON.parse(line)));
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
  const waitUntil = <T>(find: () => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined && exit === undefined) return;
        waiting.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`The process ended (${wayOut(exit)}) before this step.`));
      };
      waiting.add(look);
      look();
    });

  return {
    pid: child.pid ?? 0,
    events,
    exited,
    stop: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
    lastWords: () => words.trim(),
    waitFor: (name, from = 0) => waitUntil(() => events.slice(from).find((event) => isNamed(event, name))),
    waitForAny: (at) => waitUntil(() => events[at]),
  };
}

function isNamed<E extends EventJson['event']>(event: EventJson, name: E): event is EventJsonOf<E> {
  return event.event === name;
}

/** In words: the signal or the exit code that ended a process. */
export function wayOut(exit: WorkerExit | undefined): string {
  return exit?.signal ?? `exit code ${exit?.code}`;
}
