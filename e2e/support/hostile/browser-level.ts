import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSession, type Session, systemClock } from '@wakey/client';
import type { PageAdapter } from '@wakey/core';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { startSimulator } from '@wakey/simulator';
import { filesystemStore } from '@wakey/store-filesystem';
import { type WhatsappWebOptions, whatsappWeb } from '@wakey/whatsapp-web';
import fc from 'fast-check';
import type { Page } from 'puppeteer-core';
import { chromiumPath } from '../chromium.ts';
import { makeFolder } from '../folder.ts';
import { acts, plays, type Step } from './browser/acts.ts';
import { startFront } from './browser/front.ts';

/** The result of a play in a real browser: broken promises, and the states and acts. */
export interface Play {
  readonly broken: readonly string[];
  readonly trail: readonly string[];
}

/**
 * Links a session in a real browser, puts random hostile documents in front of it, and then starts it once more without any.
 * The service's list of devices decides whether the session was right to keep or to erase its login.
 */
export async function play(
  steps: readonly Step[],
  adapter: (options: WhatsappWebOptions) => PageAdapter,
): Promise<Play> {
  const simulator = await startSimulator({ speed: 20 });
  const front = await startFront(simulator.url);
  const folder = await makeFolder();
  const trail: string[] = [];
  const broken: string[] = [];
  const session = createSession({
    id: 'main',
    driver: puppeteerDriver({ executable: chromiumPath('headless-shell') }),
    page: adapter({ url: front.url, aliveEvery: 500, patience: 700, settle: 700 }),
    sessionsDir: folder.path,
    store: filesystemStore({ directory: folder.path }),
    policy,
    clock: systemClock,
  });
  session.on('state', ({ name }) => {
    if (trail.at(-1) !== name) trail.push(name);
  });
  let wasCommanded = false;
  const strange = (error: unknown) => broken.push(`uncaught: ${error}`);
  process.on('unhandledRejection', strange);
  const off = session.on('qr', ({ qr }) => void simulator.phone.scan(qr.reveal()));
  try {
    await session.start();
    await session.ready();
    off();
    for (const { after, act, answers } of steps) {
      await delay(after);
      trail.push(`[${[act, ...answers].join(' ')}]`);
      if (act === 'logout') wasCommanded = true;
      front.next.push(...answers);
      acts[act]({ front, simulator, session, sessionsDir: folder.path });
    }
    // A page that loads slowly needs this long to report that it was unlinked. A session that is ready for longer without a device is wrong.
    const actedAt = Date.now();
    await until(() => isSettled(session, actedAt, simulator.phone.devices().length > 0), 8_000);
    const isLinked = simulator.phone.devices().length > 0;
    const isReady = session.state.name === 'ready';
    if (isReady && !isLinked) broken.push('ready although the phone has unlinked the device');
    const isErased = await recordSaysErased(folder.path);
    if (isErased && isLinked && !wasCommanded)
      broken.push('the login was erased, and the phone still lists the device');
    front.next.length = 0;
    const stopsAt = performance.now();
    await session.stop();
    if (performance.now() - stopsAt > 20_000) broken.push('a stop took longer than 20 s');
    broken.push(...(await comesBack(session, isLinked && !wasCommanded, isErased)));
  } catch (error) {
    broken.push(String(error));
  } finally {
    process.off('unhandledRejection', strange);
    await session.stop().catch((error: unknown) => broken.push(String(error)));
    await front.close();
    await simulator.close();
    await folder.remove();
  }
  return { broken, trail };
}

/** Starts the session again. A login that the service knows must resume without a code, and an erased login must lead to a code. */
async function comesBack(session: Session<Page>, isLinked: boolean, isErased: boolean): Promise<readonly string[]> {
  const code = new Promise<string>((resolve) => session.on('qr', () => resolve('a code')));
  const ready = session.start().then(() => session.ready());
  const outcome = ready.then(
    () => 'ready',
    (error: unknown) => String(error),
  );
  const came = await Promise.race([outcome, code, delay(30_000, `stuck in ${session.state.name}`)]);
  const wanted = isLinked && !isErased ? 'ready' : 'a code';
  return came === wanted || !isLinked ? [] : [`the next start led to ${came}, not to ${wanted}`];
}

/** Performs one random play, and throws if it breaks a promise. A play takes too long to search for a shorter one. */
export async function proveBrowser(seed: number, adapter = whatsappWeb): Promise<void> {
  const [steps = []] = fc.sample(fc.noBias(plays), { seed, numRuns: 1 });
  const { broken, trail } = await play(steps, adapter);
  if (broken.length > 0) throw new Error(`${broken.join('; ')}\n${trail.join(' ')}\n${JSON.stringify(steps)}`);
}

const policy = {
  heartbeat: 500,
  backoff: 100,
  backoffCap: 1_000,
  maxRestarts: 8,
  settle: 200,
  loadTimeout: 8_000,
  startTimeout: 10_000,
  resumeTimeout: 6_000,
  syncTimeout: 6_000,
  interruptedTimeout: 3_000,
  logoutTimeout: 5_000,
} as const;

async function recordSaysErased(sessionsDir: string): Promise<boolean> {
  const record: unknown = JSON.parse(await readFile(join(sessionsDir, 'main', 'session.json'), 'utf8'));
  return typeof record === 'object' && record !== null && !('linkedAt' in record);
}

/** Whether the session has ended, or has been ready as a linked device for three heartbeats since the last act. */
function isSettled({ state }: Session<Page>, actedAt: number, isLinked: boolean): boolean {
  if (state.name === 'ended' || state.name === 'stopped') return true;
  return state.name === 'ready' && isLinked && Date.now() - Math.max(state.since, actedAt) > 3 * policy.heartbeat;
}

async function until(isDone: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!isDone() && performance.now() < end) await delay(50);
}
