import { createSession, type Session, type SessionState } from '@wakey/client';
import type { Policy } from '@wakey/core';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { whatsappWeb } from '@wakey/whatsapp-web';
import type { Page } from 'puppeteer-core';
import { chromiumPath } from './chromium.ts';
import { makeFolder } from './folder.ts';

/** A simulator, a sessions directory, and sessions on real browsers between them. */
export interface Rig {
  readonly simulator: Simulator;
  readonly sessionsDir: string;
  /** A session on a real browser, at rest; stopped by `close`. */
  session(options?: RigSession): Session<Page>;
  close(): Promise<void>;
}

/** What differs from a plain session. */
export interface RigSession {
  readonly id?: string;
  readonly policy?: Partial<Policy>;
  readonly url?: string;
  readonly args?: readonly string[];
}

/** Sets one up. `speed` shortens the simulator's times. */
export async function startRig({ speed = 20, https = false } = {}): Promise<Rig> {
  const simulator = await startSimulator({ speed, https });
  const folder = await makeFolder();
  const sessions: Session[] = [];
  return {
    simulator,
    sessionsDir: folder.path,
    session({ id = 'main', policy = {}, url = simulator.url, args = [] } = {}) {
      const session = createSession({
        id,
        driver: puppeteerDriver({
          executable: chromiumPath('headless-shell'),
          args,
          ignoreCertificateErrors: https,
        }),
        page: whatsappWeb({ url, aliveEvery: 500 }),
        sessionsDir: folder.path,
        policy: { heartbeat: 1_000, backoff: 100, ...policy },
      });
      sessions.push(session);
      return session;
    },
    async close() {
      for (const session of sessions) await session.stop();
      await simulator.close();
      await folder.remove();
    },
  };
}

/** Lets the simulated phone scan each code until one links. */
export function scanWith(simulator: Simulator, session: Session<Page>): void {
  session.on('qr', ({ qr }) => void simulator.phone.scan(qr.reveal()));
}

/** Starts a session, links it, and waits until it is ready. */
export async function linkSession(rig: Rig, options?: RigSession): Promise<Session<Page>> {
  const session = rig.session(options);
  scanWith(rig.simulator, session);
  await session.start();
  await session.ready();
  return session;
}

/** Every name of a state the session goes through from now on, without repetitions in a row. */
export function trail(session: Session<Page>): SessionState['name'][] {
  const names: SessionState['name'][] = [session.state.name];
  session.on('state', ({ name }) => {
    if (names.at(-1) !== name) names.push(name);
  });
  return names;
}

/** The first state that fits. */
export async function reach<S extends SessionState['name']>(
  session: Session<Page>,
  name: S,
): Promise<Extract<SessionState, { name: S }>> {
  const fits = (state: SessionState): state is Extract<SessionState, { name: S }> => state.name === name;
  const { state } = session;
  if (fits(state)) return state;
  return new Promise((resolve) => {
    const off = session.on('state', (next) => {
      if (!fits(next)) return;
      off();
      resolve(next);
    });
  });
}
