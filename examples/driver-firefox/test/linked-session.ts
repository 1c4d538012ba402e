import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession, type Session, type SessionOptions } from '@wakey/client';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { filesystemStore } from '@wakey/store-filesystem';
import { whatsappWeb } from '@wakey/whatsapp-web';
import type { Page } from 'puppeteer-core';
import { firefoxDriver } from '../src/firefox-driver.ts';
import { executable } from './tested-driver.ts';

/** A simulated WhatsApp Web, and a session that was linked to it on Firefox and then stopped. */
export interface LinkedSession {
  readonly simulator: Simulator;
  /** An empty directory, which `close` removes. */
  folder(): Promise<string>;
  /** Copies the directory of the linked session, so that each test does to the copy what it likes. */
  copy(): Promise<string>;
  close(): Promise<void>;
}

/** Starts the simulator, links a session, and stops it. */
export async function linkSession(): Promise<LinkedSession> {
  const simulator = await startSimulator({ speed: 20 });
  const parent = await mkdtemp(join(tmpdir(), 'sessions-on-firefox-'));
  const folder = () => mkdtemp(join(parent, 'sessions-'));
  const sessionsDir = await folder();
  const session = openSession({ url: simulator.url, sessionsDir });
  session.on('qr', ({ qr }) => void simulator.phone.scan(qr.reveal()));
  await session.start();
  await session.ready();
  await session.stop();
  return {
    simulator,
    folder,
    async copy() {
      const into = await folder();
      await cp(sessionsDir, into, { recursive: true });
      return into;
    },
    async close() {
      await simulator.close();
      await rm(parent, { recursive: true });
    },
  };
}

/** Creates the session `main` on this driver, as a program of a user would. */
export function openSession({ url, sessionsDir, ...options }: OpenOptions): Session<Page> {
  return createSession({
    id: 'main',
    driver: firefoxDriver({ executable }),
    page: whatsappWeb({ url, aliveEvery: 500 }),
    sessionsDir,
    store: filesystemStore({ directory: sessionsDir }),
    ...options,
    policy: { heartbeat: 1_000, backoff: 100, ...options.policy },
  });
}

/** Where a session lives and what it opens; the other options are those of `createSession`. */
export interface OpenOptions extends Partial<SessionOptions<Page>> {
  readonly url: string;
  readonly sessionsDir: string;
}
