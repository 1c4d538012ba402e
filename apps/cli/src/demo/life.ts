import { reasons } from '@wakey/core';
import type { Simulator } from '@wakey/simulator';
import { photograph } from '../terminal/photo.js';
import { pngOf } from '../terminal/png.js';
import { drawQr } from '../terminal/qr.js';
import type { Stage } from './stage.js';
import type { Steps } from './steps.js';
import { type Worker, wayOut } from './worker.js';

/** What the demo of a session's life needs. */
export interface LifeOptions {
  readonly simulator: Simulator;
  readonly steps: Steps;
  readonly stage: Stage;
  readonly startWorker: () => Worker;
  /** Whether the driver keeps a login; if not, no step expects one to come back. */
  readonly isKept: boolean;
}

/** Links a session, then ends its browser, its process, and its link. Each step checks what happened. */
export async function liveThrough(options: LifeOptions): Promise<void> {
  const { simulator, steps, startWorker, isKept } = options;
  const first = startWorker();
  await steps.take('browser starts, a QR code is shown', async () => {
    await first.waitFor('qr');
    return { saw: browserOf(first).name, result: undefined };
  });
  const device = await steps.take('phone reads the QR off this screen', async () => {
    const id = await scanFromScreen(first, options);
    return { saw: `linked as ${id}`, result: id };
  });
  await steps.take('ready', () => ready(first, 0, 'linked'));
  const second = isKept ? await comeBack(first, options) : first;
  await steps.take('phone unlinks, and Wakey notices', async () => {
    const from = second.events.length;
    if (!simulator.phone.unlink(device)) throw new Error(`The phone knows no device ${device}.`);
    const { reason } = await second.waitFor('ended', from);
    const { code } = await second.exited;
    if (reason !== 'logged-out-by-phone' || code !== reasons['logged-out-by-phone'].code) {
      throw new Error(`The session ended with the reason ${reason} and exit code ${code}.`);
    }
    return { saw: `${reason}, exit ${code}`, result: undefined };
  });
  await steps.take('nothing is left running', async () => {
    const pids = [...new Set([first, second])].flatMap((worker) => [
      worker.pid,
      ...browsersOf(worker).map(({ pid }) => pid),
    ]);
    const left = pids.filter(isAlive);
    if (left.length > 0) throw new Error(`Still alive: ${left.join(', ')}.`);
    return { saw: `${pids.length} processes, all gone`, result: undefined };
  });
}

/** Ends the browser, then the process. Each time the login comes back without a code. Returns the new process. */
async function comeBack(first: Worker, { steps, startWorker }: LifeOptions): Promise<Worker> {
  await steps.take('browser killed, ready again without QR', async () => {
    const { pid, name } = browserOf(first);
    const from = first.events.length;
    process.kill(pid, 'SIGKILL');
    await ready(first, from, 'reconnected');
    if (isAlive(pid)) throw new Error(`Process ${pid} still lives (${name}).`);
    return { saw: `process ${pid} → ${browserOf(first).pid}`, result: undefined };
  });
  await steps.take('process stops cleanly', async () => {
    const { pid } = browserOf(first);
    first.stop();
    const exit = await first.exited;
    if (exit.code !== 0) throw new Error(`The process ended with ${wayOut(exit)}, not with exit code 0.`);
    if (isAlive(pid)) throw new Error(`The process left its browser running: process ${pid}.`);
    return { saw: 'exit code 0, browser gone', result: undefined };
  });
  const second = startWorker();
  await steps.take('new process, ready again without QR', async () => {
    await ready(second, 0, 'resumed');
    return { saw: `process ${first.pid} → ${second.pid}`, result: undefined };
  });
  return second;
}

/** Draws each code until the phone has read one from the terminal. Returns the id of the device. */
async function scanFromScreen(worker: Worker, { simulator, stage }: LifeOptions): Promise<string> {
  const colours = stage.paint.isOn;
  for (let from = 0; ; ) {
    const code = await worker.waitFor('qr', from);
    from = worker.events.indexOf(code) + 1;
    stage.screen.print('', ...drawQr(code.qr ?? '', { colours }).map((line) => `    ${line}`), '');
    const picture = photograph(stage.written());
    if (picture === undefined) throw new Error('There is no QR code on the terminal.');
    const result = await simulator.phone.scanPng(pngOf(picture));
    if (result.ok) return result.device.id;
    // The code expired before the phone read it. The page shows the next code soon.
    if (result.reason !== 'expired-code') throw new Error(`The phone refused: ${result.message}`);
  }
}

/** Waits until the session is ready, and checks that it needed no code on the way. */
async function ready(worker: Worker, from: number, how: 'linked' | 'resumed' | 'reconnected') {
  const { me, how: way } = await worker.waitFor('ready', from);
  const codes = worker.events.slice(from).filter(({ event }) => event === 'qr').length;
  if (how !== 'linked' && codes > 0) throw new Error(`The session asked for a QR code again (${codes} times).`);
  if (way !== how) throw new Error(`The session became ready as "${way}", not as "${how}".`);
  return { saw: me, result: undefined };
}

function browserOf(worker: Worker): { readonly pid: number; readonly name: string } {
  const last = browsersOf(worker).at(-1);
  if (last === undefined) throw new Error('The process named no browser.');
  return last;
}

function browsersOf({ events }: Worker): readonly { readonly pid: number; readonly name: string }[] {
  return events
    .filter((event) => event.event === 'browser')
    .map(({ product, version, pid }) => ({ pid: Number(pid), name: `${product} ${version}` }));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
