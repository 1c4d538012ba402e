import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Simulator } from '@wakey/simulator';
import { startTold } from '@wakey/testkit';
import type { Answer, HostOptions, Order } from './orders.ts';

/** A session in a process of its own. */
export interface Host {
  /** Where the browser has its profile. */
  readonly profileDir: string;
  readonly tell: (order: Order) => Promise<Answer>;
  /** The CPU time of the process so far, in ms. */
  cpu(): Promise<number>;
  /** Starts the stopped session again; resolves when it is ready and saved. Resolves to the time until ready, in ms. */
  start(): Promise<number>;
  /** Resolves to the time that the stop took, in ms. */
  stop(): Promise<number>;
  /** Stops the session and ends the process. */
  close(): Promise<void>;
}

/** How a session differs from a plain one. */
export interface HostChoice {
  readonly keep: HostOptions['keep'];
  /** Whether the session has a store. @default true */
  readonly hasStore?: boolean;
}

/** Starts a session below `folder` and links it; resolves when it is ready and its first backup is in its store. */
export async function linkedHost(
  simulator: Simulator,
  folder: string,
  { keep, hasStore = true }: HostChoice,
): Promise<Host> {
  const told = await startTold<Order, Answer>(new URL('./host.ts', import.meta.url));
  const sessionsDir = join(folder, 'sessions');
  await mkdir(folder, { recursive: true });
  const options = { url: simulator.url, sessionsDir, keep, ...(hasStore ? { storeDir: join(folder, 'store') } : {}) };
  const tell = async (order: Order): Promise<Answer> => {
    const answer = await told.tell(order);
    if (answer.problem !== undefined) throw new Error(`The session could not ${order.type}: ${answer.problem}`);
    return answer;
  };
  const start = async (): Promise<number> => {
    const { qr, took = Number.NaN } = await tell({ type: 'start', options });
    if (qr !== undefined) await simulator.phone.scan(qr);
    await tell({ type: 'ready' });
    return took;
  };
  try {
    await start();
  } catch (error) {
    await told.kill();
    throw error;
  }
  return {
    profileDir: join(sessionsDir, 'main', 'profile'),
    tell,
    cpu: async () => (await tell({ type: 'cpu' })).cpu ?? Number.NaN,
    start,
    stop: async () => (await tell({ type: 'stop' })).took ?? Number.NaN,
    async close() {
      try {
        await tell({ type: 'stop' });
      } finally {
        await told.kill();
      }
    },
  };
}

/** The CPU time that each process takes in the same `ms`, in ms for each minute. */
export async function cpuOf(hosts: readonly Host[], ms: number): Promise<readonly number[]> {
  const began = performance.now();
  const before = await Promise.all(hosts.map((host) => host.cpu()));
  await delay(ms);
  const after = await Promise.all(hosts.map((host) => host.cpu()));
  const minutes = (performance.now() - began) / 60_000;
  return after.map((cpu, index) => (cpu - (before[index] ?? 0)) / minutes);
}
