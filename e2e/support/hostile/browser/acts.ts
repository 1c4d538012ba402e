import type { Session } from '@wakey/client';
import type { Simulator } from '@wakey/simulator';
import fc from 'fast-check';
import type { Page } from 'puppeteer-core';
import { killAll, processesNaming } from '../../processes.ts';
import { type Answer, answerNames, type Front } from './front.ts';

/** Who takes part in a life in a real browser. */
export interface Stage {
  readonly front: Front;
  readonly simulator: Simulator;
  readonly session: Session<Page>;
  readonly sessionsDir: string;
}

/** What happens, after how many ms. */
export interface Step {
  readonly after: number;
  readonly act: ActName;
  /** What answers in the place of the documents that are loaded from then on. */
  readonly answers: readonly Answer[];
}

/** What can happen to a session that is linked. */
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

/** Up to five things that do no harm; in every third life the login is then truly given up, and one more thing happens. */
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

/** The document may go, and the browser with it, while the script is on its way. */
function inPage(session: Session<Page>, script: string): void {
  session.page?.evaluate(script).catch(ignoreError);
}

function go(session: Session<Page>, url: string): void {
  session.page?.goto(url).catch(ignoreError);
}

/** What the library says of a page that is gone is no news. */
function ignoreError(error: unknown): void {
  if (!(error instanceof Error)) throw error;
}

/** A random moment may be one that refuses the command, and the session may end under it. */
function ignoreWakeyError(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'WakeyError') throw error;
}
