import type { Simulator } from '@wakey/simulator';
import type { EventJson } from '@wakey/wire';
import type { Stage } from './stage.js';
import { type Worker, wayOut } from './worker.js';

/** What `playOn` needs. */
export interface PlayOptions {
  readonly simulator: Simulator;
  readonly stage: Stage;
  readonly startWorker: () => Worker;
  readonly signal: AbortSignal;
}

/**
 * Keeps a session linked and prints its changes, while the user tries out the simulator. If the session ends, another one
 * starts. Resolves once the signal aborts.
 */
export async function playOn({ simulator, stage, startWorker, signal }: PlayOptions): Promise<void> {
  const { screen, paint } = stage;
  const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  screen.print(...invitation(simulator, stage));
  while (!signal.aborted) {
    const worker = startWorker();
    const shown = show(worker, simulator, stage);
    const exit = await Promise.race([worker.exited, over]);
    if (exit === undefined) return;
    await shown;
    screen.print(paint.dim(`  The process ended (${wayOut(exit)}). Starting another one.`));
    await Promise.race([over, pause()]);
  }
}

function invitation({ control }: Simulator, { paint }: Stage): readonly string[] {
  const tries: readonly (readonly [string, string])[] = [
    ['see what is linked', `curl ${control}/phone/devices`],
    ['unlink it', `curl -d '{}' ${control}/phone/unlink`],
    ['cut the network', `curl -d '{"outage":"socket"}' ${control}/trouble`],
    ['and end the outage', `curl -d '{"outage":null}' ${control}/trouble`],
    ['see every trouble', `curl ${control}/trouble`],
  ];
  return [
    `  ${paint.bold('It keeps running for you to try things.')} In another terminal:`,
    '',
    ...tries.flatMap(([what, line]) => [paint.dim(`  ${what}`), `    ${line}`]),
    '',
    paint.dim('  The phone scans each code at once. Ctrl-C ends all of it.'),
    '',
  ];
}

/** Prints each change of state, and lets the phone scan each code. */
async function show(worker: Worker, simulator: Simulator, { screen, paint }: Stage): Promise<void> {
  let last = '';
  for (let from = 0; ; from++) {
    const event = await worker.waitForAny(from).catch(() => undefined); // The caller reports that the worker has ended.
    if (event === undefined) return;
    const text = textOf(event);
    if (text !== '' && text !== last) screen.print(`  ${paint.dim(event.time.slice(11, 19))}  ${text}`);
    if (text !== '') last = text;
    if (event.event === 'qr') await simulator.phone.scan(event.qr ?? '');
  }
}

function textOf(event: EventJson): string {
  if (event.event === 'browser') return `browser, process ${event.pid}`;
  if (event.event === 'ended') return `ended: ${event.reason}`;
  if (event.event === 'ready') return `ready as ${event.me}`;
  return event.event === 'state' && event.state !== 'ready' ? event.state : '';
}

/** A pause before the next start, for sessions that end at once. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 2_000);
  });
}
