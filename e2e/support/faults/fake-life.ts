import { createSession, type Session } from '@wakey/client';
import { secret } from '@wakey/core';
import { filesystemStore } from '@wakey/store-filesystem';
import { type FakeBrowser, fakeBrowser } from '../../../packages/client/src/fakes/fake-browser.ts';
import { digestOf, type Template } from './template.ts';

/** A session on a browser that is none: its page is logged in where the profile is one of those that hold the login. */
export interface FakeLife {
  readonly session: Session;
  readonly browser: FakeBrowser;
  /** The digest of the profile at each launch. */
  readonly launched: readonly string[];
  /** What was told that matters: `rescan`, `restored`, `saved`, warnings, endings. */
  readonly told: readonly string[];
  /** Starts it and lets the page show what its profile is good for. */
  begin(): Promise<void>;
  /** Resolves when something of this kind is told, or when it warns or ends instead. */
  until(what: string): Promise<void>;
}

/** A session in this process and directory. */
export function fakeLife(sessionsDir: string, { live, kept }: Template): FakeLife {
  const browser = fakeBrowser();
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
    store: filesystemStore({ directory: sessionsDir }),
    policy: { settle: 1, maxRestarts: 0 },
  });
  const tell = (what: string) => {
    told.push(what);
    heard();
  };
  for (const name of ['rescan', 'saved', 'linked'] as const) session.on(name, () => tell(name));
  session.on('recovery', ({ step }) => tell(step));
  session.on('warning', ({ what }) => tell(`warning: ${what}`));
  session.on('ended', ({ reason, detail }) => tell(`ended: ${reason}: ${detail}`));
  return {
    session,
    browser,
    launched,
    told,
    async begin() {
      await session.start();
      if ([live, kept].includes(launched.at(-1) ?? '')) browser.show({ type: 'connecting' }, ready);
      else browser.show({ type: 'unpaired' }, { type: 'qr', qr: secret('a code'), ttl: 60_000 });
    },
    async until(what) {
      const isThere = () => told.some((one) => one === what || /^(warning|ended)/.test(one));
      while (!isThere()) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
  };
}

const ready = { type: 'readiness', me: '447700900000@c.us', missing: [] } as const;
