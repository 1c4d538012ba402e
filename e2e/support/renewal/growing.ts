import { createSession, type Session } from '@wakey/client';
import type { BrowserDriver, BrowserHandle, Notice, Policy } from '@wakey/core';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { filesystemStore } from '@wakey/store-filesystem';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { makeFolder } from '../folder.ts';
import { killAll, processesNaming } from '../processes.ts';
import { scanWith } from '../rig.ts';

/** One renewal: the memory before it, in bytes, and how long the session was not ready, in ms. */
export interface Renewal extends Extract<Notice, { readonly type: 'renewing' }> {
  readonly gap: number;
}

/** A linked session whose page needs more and more memory while messages flow. */
export interface GrowingSession {
  readonly session: Session;
  readonly simulator: Simulator;
  /** The renewals that have led to ready again. */
  readonly renewals: readonly Renewal[];
  /** The memory of the present browser in bytes; `undefined` while none is there. */
  memory(): Promise<number | undefined>;
  /** Resolves when there have been so many renewals. */
  renewed(times: number): Promise<void>;
  /** What was wrong so far: codes after the link, restarts, and messages of an older state by the simulator’s own report. */
  faults(): readonly string[];
  /** Stops it. Returns what is left of it. */
  end(): Promise<readonly string[]>;
}

/** What a growing session is made of. */
export interface GrowingOptions {
  /** Makes the driver. Its browsers keep their temporary files in this directory. */
  readonly driver: (temporary: string) => BrowserDriver;
  readonly policy: Partial<Policy>;
  /** The source of the script by which the memory of the page grows. */
  readonly script: string;
  /** How many messages flow a second. @default 0.2 */
  readonly rate?: number;
}

/** Links a session, and lets messages flow. */
export async function startGrowing({ driver, policy, script, rate = 0.2 }: GrowingOptions): Promise<GrowingSession> {
  const simulator = await startSimulator({ speed: 20 });
  const folder = await makeFolder();
  let browser: BrowserHandle | undefined;
  const made = driver(folder.path);
  const session = createSession({
    id: 'main',
    driver: {
      ...made,
      async launch(options) {
        const handle = await made.launch(options);
        await handle.page.addInitScript(script);
        browser = handle;
        return handle;
      },
    },
    page: whatsappWeb({ url: simulator.url, aliveEvery: 500 }),
    sessionsDir: folder.path,
    store: filesystemStore({ directory: folder.path }),
    policy,
  });
  const wrong: string[] = [];
  const renewals: Renewal[] = [];
  let begun: { readonly notice: Extract<Notice, { readonly type: 'renewing' }>; readonly at: number } | undefined;
  let isLinked = false;
  session.on('linked', () => {
    isLinked = true;
  });
  session.on('qr', () => void (isLinked && wrong.push('a code was shown after the link')));
  session.on('restarting', ({ cause }) => wrong.push(`the browser was restarted: ${cause}`));
  session.on('ended', ({ reason, detail }) => wrong.push(`ended: ${reason} ${detail}`));
  session.on('renewing', (notice) => {
    begun = { notice, at: performance.now() };
  });
  session.on('ready', () => {
    if (begun === undefined) return;
    renewals.push({ ...begun.notice, gap: performance.now() - begun.at });
    begun = undefined;
    for (const look of waiting) look();
  });
  const waiting = new Set<() => unknown>();
  const end = async (): Promise<readonly string[]> => {
    try {
      await session.stop();
      return processesNaming(folder.path).map((pid) => `process ${pid}`);
    } finally {
      killAll(processesNaming(folder.path));
      await simulator.close();
      await folder.remove();
    }
  };
  scanWith(simulator, session);
  try {
    await session.start();
    await session.ready();
  } catch (error) {
    await end();
    throw error;
  }
  simulator.traffic({ rate });
  return {
    ...{ session, simulator, renewals },
    memory: async () => browser?.memory?.().catch(() => undefined),
    renewed: (times) =>
      new Promise((resolve) => {
        const look = () => renewals.length >= times && resolve();
        waiting.add(look);
        look();
      }),
    faults: () => [...wrong, ...untrue(simulator)],
    end,
  };
}

/** What the service saw of an older state: messages with counters that it had seen, and connections without what it had. */
function untrue(simulator: Simulator): readonly string[] {
  const repeated = simulator.fallbacks().map(({ verdict, messages }) => `${verdict}: ${messages} messages`);
  const connects = simulator.ratchets().flatMap((device) => device.connects);
  const behind = connects.filter((connect) => connect.behind > 0 || !connect.isWhole || connect.problem !== null);
  return [...repeated, ...behind.map((connect) => `a connection was ${connect.behind} messages behind`)];
}
