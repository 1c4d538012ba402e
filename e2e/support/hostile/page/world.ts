import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import type { Clock } from '@wakey/client';
import type { BrowserDriver, DriverCapabilities, LostReason } from '@wakey/core';
import { type BotPage, type FakePage, makeFakePage } from './fake-page.ts';
import type { Ledger } from './ledger.ts';
import type { Act } from './script.ts';
import { type Doc, isUsableDoc, leavesAfter, makeSite, ownOrigin, type Truth } from './site.ts';

/** Everything outside the session: the browser and its profile, the site, the service, the phone. */
export interface World {
  readonly driver: BrowserDriver<BotPage>;
  /** Whether the service lists the device. */
  isLinked(): boolean;
  /** Records in the ledger whether the present document is usable. */
  look(): void;
  /** The phone scans the code that the true page shows. */
  scan(): void;
  act(act: Act): void;
  /** Ends all hostility: from now on only the true page loads. */
  makePeace(): void;
}

/** The file in a profile that stands for the login. */
const loginFile = 'login';

/** Creates a world without a linked device. */
export function makeWorld(clock: Clock, ledger: Ledger): World {
  let profile: string | undefined;
  let page: FakePage | undefined;
  let lose: (reason: LostReason) => void = () => undefined;
  const earlier: Doc[] = [];
  const path = () => join(profile ?? '/nonexistent', loginFile);
  const truth: Truth = {
    isLinked: false,
    hasLogin: () => existsSync(path()),
    forgetLogin: () => rmSync(path(), { force: true }),
  };
  const site = makeSite(clock, truth);

  /** Logs the true page out: it erases its storage, and its new address announces the logout. */
  const leave = () => {
    truth.forgetLogin();
    page?.commit(site.serve(`${ownOrigin}/?post_logout=1&logout_reason=7`));
  };
  /** Whether the true page has a login whose device the service has removed. */
  const isRefused = (doc: Doc | undefined) => doc?.isHonest === true && truth.hasLogin() && !truth.isLinked;
  const leaveLater = (ms: number) => {
    const doc = page?.current();
    clock.set(ms, () => {
      if (page?.current() === doc && isRefused(doc)) leave();
    });
  };
  const onCommand = (type: string): boolean => {
    const doc = page?.current();
    if (type !== 'log-out') return true;
    if (doc?.isHonest !== true || !isUsableDoc(doc)) return false;
    truth.isLinked = false;
    leaveLater(300);
    return true;
  };
  const end = (code: 'browser-lost' | 'page-crashed') => page?.end(code);

  const perform: { readonly [A in Act['type']]: (act: Extract<Act, { type: A }>) => void } = {
    document: ({ document }) => page?.commit(site.serveThis(document)),
    next: ({ documents }) => void site.next.push(...documents),
    pose({ pose, lasts }) {
      page?.current()?.disguise(pose, lasts);
      page?.changed();
      clock.set(lasts, () => page?.changed());
    },
    'stale-report'({ back }) {
      const doc = earlier.at(-2 - back);
      if (doc !== undefined) page?.reportStale(doc);
    },
    bot({ does }) {
      const bot = page?.handle.native;
      if (does === 'reload') bot?.reload();
      else bot?.goto(botAddresses[does]);
    },
    outage({ lasts }) {
      site.isOut = true;
      clock.set(lasts, () => {
        site.isOut = false;
      });
    },
    crash: () => page?.crash(),
    kill() {
      end('browser-lost');
      lose({ kind: 'exited', exitSignal: 'SIGKILL' });
    },
    unlink() {
      truth.isLinked = false;
      page?.changed();
      leaveLater(900);
    },
    // `life.ts` performs these two acts on the session.
    logout: () => undefined,
    restart: () => undefined,
  };

  return {
    driver: {
      name: 'hostile',
      capabilities,
      profileFormat: chromiumProfile,
      async launch(options) {
        profile = options.profile;
        if (profile !== undefined) mkdirSync(profile, { recursive: true });
        earlier.length = 0;
        page = makeFakePage(clock, site, ledger, onCommand);
        page.handle.on('navigated', () => {
          const doc = page?.current();
          if (doc !== undefined) earlier.push(doc);
          leaveLater(leavesAfter);
        });
        const lost = new Promise<LostReason>((resolve) => {
          lose = resolve;
        });
        return {
          page: page.handle,
          version: { product: 'Hostile', version: '1.0' },
          lost,
          async close() {
            end('browser-lost');
            page = undefined;
            lose({ kind: 'closed' });
          },
        };
      },
    },
    isLinked: () => truth.isLinked,
    look() {
      const doc = page?.current();
      if (doc !== undefined && isUsableDoc(doc)) ledger.read(doc);
    },
    scan() {
      if (page === undefined) return;
      truth.isLinked = true;
      writeFileSync(path(), 'the keys of a linked device');
      page.changed();
    },
    act: (act) => perform[act.type](act as never),
    makePeace() {
      site.next.length = 0;
      site.isOut = false;
    },
  };
}

const botAddresses = {
  'goto-own': `${ownOrigin}/`,
  'goto-other': 'https://portal.test/',
  'goto-logged-out': `${ownOrigin}/?post_logout=1&logout_reason=7`,
} as const;

const capabilities: DriverCapabilities = {
  persistentProfile: { supported: true },
  stateSnapshot: { supported: false, reason: 'a fake' },
  screenshot: { supported: false, reason: 'a fake' },
  canvasPixels: { supported: false, reason: 'a fake' },
  userAgentOverride: { supported: false, reason: 'a fake' },
  webLocks: { supported: true },
  cryptoKeyStorage: { supported: true },
  proxyAuth: { supported: false, reason: 'a fake' },
  rawCdp: { supported: false, reason: 'a fake' },
  attach: { supported: false, reason: 'a fake' },
  processId: { supported: false, reason: 'a fake' },
};
