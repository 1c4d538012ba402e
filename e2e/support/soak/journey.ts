import type { Session } from '@wakey/client';
import type { EndReason } from '@wakey/core';
import type { Simulator, Troubles } from '@wakey/simulator';
import type { Page } from 'puppeteer-core';
import { processesNaming } from '../processes.ts';

/** What happens to one session: how it links, and its troubles. */
export interface Journey {
  readonly method: 'qr' | 'code';
  readonly steps: readonly Step[];
}

/** One trouble and its moment. */
export interface Step {
  readonly name: string;
  /** The time after the previous step, in ms. */
  readonly after: number;
  /** The endings that the trouble may cause. */
  readonly mayEnd: readonly EndReason[];
  act(stage: Stage): Promise<void> | void;
}

/** What a step acts on. */
export interface Stage {
  readonly simulator: Simulator;
  readonly session: Session<Page>;
  readonly sessionsDir: string;
  /** Waits while the trouble lasts. */
  pause(ms: number): Promise<void>;
}

/** A journey of up to four troubles. */
export function journeyOf(random: () => number): Journey {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const method = random() < 0.7 ? 'qr' : 'code';
  const length = Math.floor(random() * 5);
  const steps = Array.from({ length }, () => ({
    ...pick(kinds)(Math.round(100 + random() * 900)),
    after: Math.round(random() * 2_500),
  }));
  return { method, steps };
}

type Kind = (ms: number) => Omit<Step, 'after'>;

/** Troubles that pass. The session becomes ready again afterwards, unless it has already ended for another reason. */
const passing: readonly Kind[] = [
  (ms) => ({ name: `socket-outage-${ms}`, mayEnd: [], act: during({ outage: 'socket' }, { outage: 'none' }, ms) }),
  // A session that is not linked ends at once when its page cannot be loaded.
  (ms) => ({
    name: `outage-${ms}`,
    mayEnd: ['page-unreachable'],
    act: during({ outage: 'all' }, { outage: 'none' }, ms),
  }),
  (ms) => ({ name: `hang-${ms}`, mayEnd: [], act: during({ hang: true }, { hang: false }, ms) }),
  // A page that loses its stream during a sync, and never notices, stays in that sync.
  (ms) => ({ name: `zombie-${ms}`, mayEnd: ['page-stuck'], act: during({ zombie: true }, { zombie: false }, ms) }),
  (ms) => ({ name: `latency-${ms}`, mayEnd: [], act: during({ latency: 100 }, { latency: 0 }, ms) }),
  () => ({ name: 'dialog', mayEnd: [], act: ({ simulator }) => void simulator.trouble({ dialog: true }) }),
  () => ({
    name: 'lost-events',
    mayEnd: [],
    act: ({ simulator }) => void simulator.trouble({ lostEvents: ['Socket *', 'Cmd *'] }),
  }),
  () => ({ name: 'kill', mayEnd: [], act: ({ sessionsDir }) => killBrowser(sessionsDir) }),
  // The page crashes before the call returns, so the call rejects.
  () => ({
    name: 'crash',
    mayEnd: [],
    act: ({ session }) => void session.page?.goto('chrome://crash').catch(() => undefined),
  }),
  () => ({
    name: 'away',
    mayEnd: ['page-foreign'],
    // The page may close or crash during the navigation, and then the call rejects.
    act: ({ session }) => void session.page?.goto('about:blank').catch(() => undefined),
  }),
  () => ({
    name: 'replaced',
    mayEnd: ['replaced'],
    act: ({ simulator }) => {
      for (const { id } of simulator.devices()) simulator.replace(id);
    },
  }),
];

/** Troubles that end the session. */
const ending: readonly Kind[] = [
  () => ({
    name: 'unlink',
    mayEnd: ['logged-out-by-phone', 'logged-out-by-page'],
    act: ({ simulator }) => {
      for (const { id } of simulator.devices()) simulator.phone.unlink(id);
    },
  }),
  // A locked account cannot link, so the codes expire although the phone scans them.
  () => ({
    name: 'lock',
    mayEnd: ['banned', 'qr-exhausted'],
    act: ({ simulator }) => void simulator.trouble({ locked: true }),
  }),
  () => ({
    name: 'terms',
    mayEnd: ['terms-of-service'],
    act: ({ simulator }) => void simulator.trouble({ terms: true }),
  }),
  () => ({
    name: 'outdated',
    mayEnd: ['client-outdated'],
    act: ({ simulator }) => void simulator.trouble({ outdated: true }),
  }),
  () => ({
    name: 'logout',
    mayEnd: ['logged-out-by-us', 'logout-unconfirmed'],
    act: ({ session }) => tryTo(session.logout()),
  }),
  () => ({ name: 'relink', mayEnd: [], act: ({ session }) => tryTo(session.relink()) }),
];

const kinds: readonly Kind[] = [...passing, ...passing, ...passing, ...ending];

function during(on: Partial<Troubles>, off: Partial<Troubles>, ms: number): Step['act'] {
  return async ({ simulator, pause }) => {
    simulator.trouble(on);
    await pause(ms);
    simulator.trouble(off);
  };
}

function killBrowser(sessionsDir: string): void {
  for (const pid of processesNaming(sessionsDir)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // The process has ended meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Runs a command and accepts a WakeyError: at a random moment the session may refuse the command, or end during it. */
async function tryTo(command: Promise<void>): Promise<void> {
  await command.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'WakeyError') throw error;
  });
}
