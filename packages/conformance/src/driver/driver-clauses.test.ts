import { runInNewContext } from 'node:vm';
import {
  type BrowserDriver,
  type BrowserHandle,
  type BrowserOptions,
  type Capability,
  type DriverCapabilities,
  type PageHandle,
  type ProfileFormat,
  secret,
  WakeyError,
} from '@wakey/core';
import { afterEach, describe, expect, it } from 'vitest';
import { driverClauses } from './driver-clauses.js';
import { ownerClauses } from './owner-clauses.js';
import { type DriverSubject, openDriverSubject } from './subject.js';

const subjects: DriverSubject[] = [];
afterEach(() => Promise.all(subjects.splice(0).map((subject) => subject.close())));

const needing = driverClauses.flatMap(({ needs, check }) => (needs === undefined ? [] : [[needs, check] as const]));
const firstOfEach = [...new Map(needing.toReversed()).entries()];

describe('the clauses', () => {
  it('have unique names', () => {
    const names = [...driverClauses, ...ownerClauses].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(firstOfEach)(
    'check that a driver without %s refuses calls that need it, and really lacks it',
    async (_, check) => {
      await check(open(poorDriver({})));
      await expect(check(open(lyingDriver()))).rejects.toThrow();
    },
  );

  it('pass a driver that lacks every capability and declares them absent', async () => {
    const subject = open(poorDriver({}));
    for (const [, check] of needing) await check(subject);
  });

  it('require a reason for each absent capability', async () => {
    const [first] = driverClauses;
    await first?.check(open(poorDriver({})));
    const silent = poorDriver({ screenshot: Object.freeze({ supported: false, reason: '' }) });
    await expect(first?.check(open(silent))).rejects.toThrow('screenshot is absent without a reason');
  });

  it('on the following of a profile pass a driver whose format has none only with a reason, and only if it has none', async () => {
    const wanted = driverClauses.filter(({ name }) => name.startsWith('profile format: following: '));
    expect(wanted.length).toBeGreaterThan(5);
    for (const { check } of wanted) {
      await check(open(profileDriver(), 'no reader can read beside the browser'));
      await expect(check(open(profileDriver()))).rejects.toThrow('without a reason');
      await expect(check(open(profileDriver({ following: {} as never }), 'none'))).rejects.toThrow(
        'but the format has it',
      );
    }
  });
});

function open(driver: MakeDriver, noFollowing?: string): DriverSubject {
  const subject = openDriverSubject({
    executable: '/nothing',
    driver,
    ...(noFollowing === undefined ? {} : { noFollowing }),
  });
  subjects.push(subject);
  return subject;
}

type MakeDriver = (options?: BrowserOptions) => BrowserDriver;

/** A driver without a browser: its page is a Node context. It has no capability, and declares that. */
function poorDriver(said: Partial<DriverCapabilities>): MakeDriver {
  return (options = {}) => {
    return {
      name: 'poor',
      capabilities: Object.freeze({ ...NOTHING, ...said }),
      async launch({ profile }) {
        if (profile !== undefined || options.userAgent !== undefined || options.proxy !== undefined)
          throw unsupported();
        return handle(blankPage());
      },
    };
  };
}

/** A driver whose browser keeps a profile of a format with no more than this. */
function profileDriver(format: Partial<ProfileFormat> = {}): MakeDriver {
  const made = poorDriver({ persistentProfile: Object.freeze({ supported: true }) });
  return (options) => ({ ...made(options), profileFormat: format as ProfileFormat });
}

/** A driver that declares every capability absent, although it has them. */
function lyingDriver(): MakeDriver {
  return () => {
    const snapshot = async () => secret('');
    const page = {
      ...blankPage(),
      evaluate: async () => true as never,
      screenshot: async () => new Uint8Array(),
      snapshot,
    };
    const launch = async () => ({ ...handle(page), pid: 1 });
    return { name: 'liar', capabilities: NOTHING, launch, attach: launch };
  };
}

function handle(page: PageHandle): BrowserHandle {
  const version = { product: 'Nothing', version: '1.0.0.0' };
  return { page, version, lost: new Promise(() => undefined), close: async () => undefined };
}

function blankPage(): PageHandle {
  const refuse = () => Promise.reject(unsupported());
  return {
    goto: async () => undefined,
    reload: async () => undefined,
    url: () => 'about:blank',
    evaluate: async (script) => await runInNewContext(String(script)),
    addInitScript: refuse,
    expose: refuse,
    cookies: refuse,
    setCookies: refuse,
    clearCookies: refuse,
    screenshot: refuse,
    on: () => () => undefined,
    native: undefined,
  };
}

function unsupported(): WakeyError {
  return new WakeyError('unsupported', { what: 'This driver has no browser.', hint: 'Take another one.' });
}

const absent: Capability = Object.freeze({ supported: false, reason: 'there is no browser behind it' });

const NOTHING: DriverCapabilities = Object.freeze({
  persistentProfile: absent,
  stateSnapshot: absent,
  screenshot: absent,
  canvasPixels: absent,
  userAgentOverride: absent,
  webLocks: absent,
  cryptoKeyStorage: absent,
  proxyAuth: absent,
  rawCdp: absent,
  attach: absent,
  processId: absent,
});
