import { setTimeout as delay } from 'node:timers/promises';
import { createSession, type Session } from '@wakey/client';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { whatsappWeb } from '@wakey/whatsapp-web';
import type { Page } from 'puppeteer-core';
import { chromiumPath } from '../chromium.ts';
import { countedClock } from '../counted-clock.ts';
import { makeFolder } from '../folder.ts';
import type { Journey } from './journey.ts';

/** The result of a journey. */
export interface JourneyResult {
  /** `ready`, an ending, or `stuck in <state>`. */
  readonly end: string;
  readonly trail: readonly string[];
  /** The number of timers that are still set after the session stopped. */
  readonly timers: number;
  readonly sessionsDir: string;
  clean(): Promise<void>;
}

/** How many times as fast the simulator's time runs. */
const speed = 20;

/** How long a session may take after its last trouble to become ready or to end, in ms. */
const patience = 60_000;

/** Lets a session make a journey on a real browser, and stops it. */
export async function travel({ method, steps }: Journey): Promise<JourneyResult> {
  const simulator = await startSimulator({ speed });
  const folder = await makeFolder();
  const clock = countedClock();
  const session = createSession({
    id: 'main',
    driver: puppeteerDriver({ executable: chromiumPath('headless-shell') }),
    page: whatsappWeb({ url: simulator.url, aliveEvery: 500 }),
    sessionsDir: folder.path,
    policy: {
      heartbeat: 500,
      backoff: 100,
      maxRestarts: 8,
      interruptedTimeout: 3_000,
      resumeTimeout: 10_000,
      syncTimeout: 8_000,
      // The lifetime of a link code in the simulator, at this speed.
      linkCodeTimeout: 180_000 / speed,
    },
    clock,
  });
  const trail: string[] = [];
  session.on('state', ({ name }) => {
    if (trail.at(-1) !== name) trail.push(name);
  });
  answerCodes(simulator, session);
  // `start` rejects if the session ends while it starts. The state shows the ending too.
  session.start(method === 'code' ? { phone: '447700900000' } : {}).catch(() => undefined);
  const stage = { simulator, session, sessionsDir: folder.path, pause: (ms: number) => delay(ms) };
  for (const step of steps) {
    await delay(step.after);
    trail.push(`[${step.name}]`);
    await step.act(stage);
  }
  const end = await settled(session);
  await session.stop();
  const timers = clock.pending();
  await simulator.close();
  return { end, trail, timers, sessionsDir: folder.path, clean: folder.remove };
}

/** Lets the phone answer every code that the session shows. */
function answerCodes(simulator: Simulator, session: Session<Page>): void {
  session.on('qr', ({ qr }) => void simulator.phone.scan(qr.reveal()));
  session.on('link-code', ({ code }) => {
    if (code.direction === 'type-on-phone') void simulator.phone.enterCode(code.code.reveal());
  });
}

/** Resolves with `ready` once the session stays ready, with its ending, or with the state in which it is stuck. */
async function settled(session: Session<Page>): Promise<string> {
  const until = Date.now() + patience;
  let readySince: number | undefined;
  while (Date.now() < until) {
    const { state } = session;
    if (state.name === 'ended') return state.reason;
    if (state.name === 'stopped') return 'stopped';
    readySince = state.name === 'ready' ? (readySince ?? Date.now()) : undefined;
    // Longer than two heartbeats, so that a heartbeat has found everything that is wrong.
    if (readySince !== undefined && Date.now() - readySince > 1_500) return 'ready';
    await delay(100);
  }
  return `stuck in ${session.state.name}`;
}
