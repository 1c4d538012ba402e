import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type browserOptions, type OptionValues, openDriver, type pageOptions } from '@wakey/config';
import type { Capability } from '@wakey/core';
import type { Simulator } from '@wakey/simulator';
import { withoutSecrets } from '@wakey/wire';
import { DONE, exitCodeOfSignal, FAILED } from '../exit-codes.js';
import type { demoOptions, logOptions } from '../options/commands.js';
import { own } from '../own.js';
import type { Shell, Signal } from '../shell.js';
import { liveThrough } from './life.js';
import { playOn } from './play-on.js';
import { openStage, type Stage } from './stage.js';
import { openSteps, StepFailed, type Steps, timeline } from './steps.js';
import { startWorker, type Worker } from './worker.js';

/** The options of `wakey demo`. */
export type DemoValues = OptionValues<
  typeof demoOptions & typeof browserOptions & typeof logOptions & { readonly driver: (typeof pageOptions)['driver'] }
>;

/** Runs the demo, then removes its processes, ports and files. Returns the exit code. */
export async function performDemo(values: DemoValues, shell: Shell): Promise<number> {
  const { persistentProfile } = (await openDriver({ values, cwd: shell.cwd, env: shell.env, own })).capabilities;
  const isKept = persistentProfile.supported;
  const stage = openStage(shell);
  const stop = new AbortController();
  const workers: Worker[] = [];
  let stoppedBy: Signal | undefined;
  const stopListening = shell.signals.listen(
    (signal) => {
      stoppedBy = signal;
      stop.abort();
    },
    () => {
      for (const worker of workers) worker.kill();
    },
  );
  const folder = await mkdtemp(join(tmpdir(), 'wakey-demo-'));
  const sessionsDir = join(folder, 'sessions');
  const workerAt = (url: string) => () => {
    const args = workerArguments(values, { url, sessionsDir, cwd: shell.cwd, isKept });
    const worker = startWorker({ program: shell.program, args, env: shell.env });
    workers.push(worker);
    return worker;
  };
  const seen = () => whatWasSeen(workers.at(-1));
  const steps = openSteps({ screen: stage.screen, paint: stage.paint, signal: stop.signal, seen });
  let simulator: Simulator | undefined;
  try {
    stage.screen.print(...heading(values.speed, persistentProfile, stage));
    simulator = await serve(steps, values.speed);
    const parts = { simulator, stage, startWorker: workerAt(simulator.url), isKept };
    await liveThrough({ ...parts, steps });
    stage.screen.print('', ...timeline(steps.taken, stage.paint), '');
    stage.screen.print(`  ${stage.paint.good('Every step was observed.')}`, '');
    if (values.keep) await playOn({ ...parts, signal: stop.signal });
    return DONE;
  } catch (error) {
    if (stoppedBy !== undefined) return exitCodeOfSignal[stoppedBy];
    if (!(error instanceof StepFailed)) throw error;
    shell.err.write(`\n${stage.paint.bad('✗')} ${error.message}\n`);
    return FAILED;
  } finally {
    await Promise.all(workers.map(end));
    stopListening();
    await simulator?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function heading(speed: number, keeps: Capability, { paint }: Stage): readonly string[] {
  return [
    '',
    `  ${paint.bold('wakey demo')}`,
    paint.dim('  A real browser, with a simulated WhatsApp Web and phone, all on this machine.'),
    ...(speed === 1
      ? []
      : [paint.dim(`  WhatsApp’s own waiting times are shortened: ${speed} times as fast as in reality.`)]),
    ...(keeps.supported
      ? []
      : [
          paint.dim('  This driver keeps no login, so the demo leaves out the steps that bring one back:'),
          paint.dim(`  ${keeps.reason}`),
        ]),
    '',
  ];
}

function serve(steps: Steps, speed: number): Promise<Simulator> {
  return steps.take('simulator serves WhatsApp Web', async () => {
    const { startSimulator } = await import('@wakey/simulator');
    const simulator = await startSimulator({ speed });
    return { saw: simulator.url, result: simulator };
  });
}

/** The page that a worker opens, and its directories. */
interface WorkerInputs {
  readonly url: string;
  readonly sessionsDir: string;
  readonly cwd: string;
  readonly isKept: boolean;
}

function workerArguments(values: DemoValues, { url, sessionsDir, cwd, isKept }: WorkerInputs): readonly string[] {
  const { browser, browserArg, driver, headed, sandbox, verbose } = values;
  return [
    ...['demo', '--json', '--url', url, '--sessions-dir', sessionsDir, '--driver', driver, '--sandbox', sandbox],
    ...(browser === undefined ? [] : ['--browser', resolve(cwd, browser)]),
    ...browserArg.map((argument) => `--browser-arg=${argument}`),
    ...(isKept ? [] : ['--ephemeral']),
    ...(headed ? ['--headed'] : []),
    ...(verbose ? ['--verbose'] : []),
  ];
}

/** Stops a worker cleanly, or kills it if that takes too long. */
async function end(worker: Worker): Promise<void> {
  worker.stop();
  const timer = setTimeout(() => worker.kill(), LONGEST_END);
  await worker.exited.catch(() => undefined); // A program that did not start needs no end.
  clearTimeout(timer);
}

function whatWasSeen(worker: Worker | undefined): string {
  if (worker === undefined) return '';
  const events = worker.events.slice(-8).map((event) => `  ${JSON.stringify(withoutSecrets(event))}`);
  const words = worker.lastWords();
  return [`Its last events (process ${worker.pid}):`, ...events, ...(words === '' ? [] : ['Its stderr:', words])].join(
    '\n',
  );
}

/** In ms: longer than any clean stop takes. */
const LONGEST_END = 60_000;
