import { chromiumProfile } from '@wakey/chromium';
import { createSession, type Session } from '@wakey/client';
import { type Policy, type SessionStore, secret } from '@wakey/core';
import { filesystemStore } from '@wakey/store-filesystem';
import { type FakeBrowser, fakeBrowser } from '@wakey/testkit';
import { digestOf, type Template } from './template.ts';

/** A session with a fake browser, whose page is logged in if the profile is one of the two with the login. */
export interface FakeLife {
  readonly session: Session;
  readonly browser: FakeBrowser;
  /** The digest of the profile at each launch of the browser. */
  readonly launched: readonly string[];
  /** The session's events, as text: `code`, `rescan`, `restored`, `saved`, warnings, endings and others. */
  readonly told: readonly string[];
  /** Starts the session and waits until it is ready, needs a code, or has ended. */
  begin(): Promise<void>;
  /** Resolves when an event begins with one of the words, or when the session has ended. */
  until(...whats: readonly string[]): Promise<void>;
  /** Resolves when `times` events from now on have begun with the word. */
  next(what: string, times?: number): Promise<void>;
}

/** Options of `fakeLife`. */
export interface FakeLifeOptions {
  readonly store?: SessionStore;
  readonly policy?: Partial<Policy>;
}

/** Creates a session in this process, with `sessionsDir` as its sessions directory. */
export function fakeLife(
  sessionsDir: string,
  { live, kept }: Pick<Template, 'live' | 'kept'>,
  { store = filesystemStore({ directory: sessionsDir }), policy = {} }: FakeLifeOptions = {},
): FakeLife {
  const browser = fakeBrowser(chromiumProfile);
  const launched: string[] = [];
  const told: string[] = [];
  let heard: () => void = () => undefined;
  const session = createSession({
    id: 'main',
    driver: {
      ...browser.driver,
      launch(options) {
        launched.push(options.profile === undefined ? 'none' : digestOf(options.profile));
        return browser.driver.launch(options);
      },
    },
    page: browser.adapter,
    sessionsDir,
    store,
    // Whole backups only: these scenarios are about the ladder from one backup to the next.
    policy: { settle: 1, maxRestarts: 0, keep: 'off', ...policy },
  });
  const tell = (what: string) => {
    told.push(what);
    heard();
  };
  for (const name of ['rescan', 'ready', 'saved', 'linked'] as const) session.on(name, () => tell(name));
  session.on('qr', () => tell('code'));
  session.on('recovery', (recovery) => {
    const damaged = 'damaged' in recovery ? recovery.damaged : [];
    tell([recovery.step, ...damaged.map((generation) => `past ${generation}`)].join(' '));
  });
  session.on('warning', ({ what }) => tell(`warning: ${what}`));
  session.on('ended', ({ reason, detail }) => tell(`ended: ${reason}: ${detail}`));
  const show = () => {
    if ([live, kept].includes(launched.at(-1) ?? '')) browser.show({ type: 'connecting' }, ready);
    else browser.show({ type: 'unpaired' }, { type: 'qr', qr: secret('a code'), ttl: 60_000 });
  };
  // The fake page can show something only after the session has opened it.
  session.on('page', () => queueMicrotask(show));
  const heardUntil = async (isOver: () => boolean) => {
    while (!isOver()) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  const until = (...whats: readonly string[]) =>
    heardUntil(() => told.some((one) => [...whats, 'ended'].some((what) => one.startsWith(what))));
  return {
    session,
    browser,
    launched,
    told,
    async begin() {
      await session.start();
      await until('ready', 'code');
    },
    until,
    next(what, times = 1) {
      const from = told.length;
      return heardUntil(() => told.slice(from).filter((one) => one.startsWith(what)).length >= times);
    },
  };
}

const ready = { type: 'readiness', me: '447700900000@c.us', missing: [] } as const;
