import type { Session } from '@wakey/client';
import type { Simulator } from '@wakey/simulator';
import fc from 'fast-check';
import type { Page } from 'puppeteer-core';
import { killAll, processesNaming } from '../../processes.ts';
import { type Answer, answerNames, type Front } from './front.ts';

/** What an act works on, in a play with a real browser. */
export interface Stage {
  readonly front: Front;
  readonly simulator: Simulator;
  readonly session: Session<Page>;
  readonly sessionsDir: string;
}

/** One act of a play, and how many ms after the previous one it happens. */
export interface Step {
  readonly after: number;
  readonly act: ActName;
  /** The hostile answers to the next documents that the browser loads. */
  readonly answers: readonly Answer[];
}

/** Everything that a play can do to a linked session. */
export const acts = {
  nothing: () => undefined,
  reload: ({ session }) => inPage(session, 'location.reload()'),
  'script-goes-to-logout': ({ session }) => inPage(session, "location.href = '/?post_logout=1&logout_reason=7'"),
  'script-pushes-logout': ({ session }) => inPage(session, "history.pushState(null, '', '/?post_logout=1')"),
  'script-fires-logout': ({ session }) => inPage(session, fire),
  'bot-goes-to-logout': ({ front, session }) => go(session, `${front.url}?post_logout=1&logout_reason=0`),
  'bot-goes-elsewhere': ({ front, session }) => go(session, `${front.elsewhere}?post_logout=1`),
  'bot-goes-nowhere': ({ session }) => go(session, 'about:blank'),
  'bot-comes-back': ({ front, session }) => go(session, front.url),
  'page-crashes': ({ session }) => go(session, 'chrome://crash'),
  'browser-is-killed': ({ sessionsDir }) => killAll(processesNaming(sessionsDir)),
  'line-is-cut': ({ simulator }) => {
    simulator.trouble({ outage: 'socket' });
    setTimeout(() => simulator.trouble({ outage: 'none' }), 600).unref();
  },
  'modules-come-late': ({ simulator, session }) => {
    simulator.trouble({ modulesLateMs: 20_000 });
    setTimeout(() => simulator.trouble({ modulesLateMs: 0 }), 1_500).unref();
    inPage(session, 'location.reload()');
  },
  unlink: ({ simulator }) => {
    const device = simulator.phone.devices()[0];
    if (device !== undefined) simulator.phone.unlink(device.id);
  },
  logout: ({ session }) => void session.logout().catch(ignoreWakeyError),
} as const satisfies Record<string, (stage: Stage) => void>;

/** The name of an act. */
export type ActName = keyof typeof acts;

const harmless = (Object.keys(acts) as ActName[]).filter((name) => name !== 'unlink' && name !== 'logout');
const step = (name: fc.Arbitrary<ActName>): fc.Arbitrary<Step> =>
  fc.record({
    after: fc.integer({ min: 0, max: 1_500 }),
    act: name,
    answers: fc.oneof(fc.constant([]), fc.array(fc.constantFrom(...answerNames), { maxLength: 3 })),
  });

/** Plays of up to five acts that must cost no login. In every third play an unlink or a logout follows, and one more act. */
export const plays: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(step(fc.constantFrom(...harmless)), { minLength: 1, maxLength: 5, size: 'max' }),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.tuple(step(fc.constantFrom('unlink', 'unlink', 'logout')), step(fc.constantFrom(...harmless))),
      },
    ),
  )
  .map(([before, end]) => [...before, ...end]);

const fire = "{ const { Cmd } = require('WAWebCmd'); Cmd.trigger('logout'); Cmd.trigger('logout_from_bridge'); }";

/** Runs a script in the page. The document or the browser may disappear meanwhile, so errors do not matter. */
function inPage(session: Session<Page>, script: string): void {
  session.page?.evaluate(script).catch(ignoreError);
}

function go(session: Session<Page>, url: string): void {
  session.page?.goto(url).catch(ignoreError);
}

/** Ignores an error of the browser library, because the page may be gone. */
function ignoreError(error: unknown): void {
  if (!(error instanceof Error)) throw error;
}

/** Ignores a WakeyError: at a random moment the session may refuse the command, or end during it. */
function ignoreWakeyError(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'WakeyError') throw error;
}
