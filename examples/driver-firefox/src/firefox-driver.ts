import { reapLeftovers } from '@wakey/browser-process';
import {
  type BrowserDriver,
  type BrowserOptions,
  type Capability,
  type DriverCapabilities,
  WakeyError,
} from '@wakey/core';
import type { Page } from 'puppeteer-core';
import { invalidArgument } from './invalid-argument.ts';
import { launch } from './launch.ts';
import { firefoxProfile } from './profile-format.ts';

/** A driver that runs Firefox over WebDriver BiDi, through puppeteer-core. `native` is Puppeteer's own page. */
export function firefoxDriver(options: BrowserOptions = {}): BrowserDriver<Page> {
  return {
    name: 'firefox',
    capabilities,
    profileFormat: firefoxProfile,
    async launch(wanted) {
      checkProxy(options.proxy);
      return launch(options, wanted);
    },
    reap: (profile) => reapLeftovers(profile, { temporary: options.env?.TMPDIR }),
  };
}

const yes: Capability = Object.freeze({ supported: true });
const no = (reason: string): Capability => Object.freeze({ supported: false, reason });

const capabilities: DriverCapabilities = Object.freeze({
  persistentProfile: yes,
  stateSnapshot: no(
    'Firefox stores keys in its profile that no snapshot can contain; only the profile directory contains everything.',
  ),
  screenshot: yes,
  canvasPixels: yes,
  userAgentOverride: yes,
  webLocks: yes,
  cryptoKeyStorage: yes,
  proxyAuth: yes,
  rawCdp: no('Firefox speaks WebDriver BiDi and no longer the DevTools protocol of Chromium.'),
  attach: no(
    'Firefox has one WebDriver session at a time: a browser that another program drives accepts no second session.',
  ),
  processId: yes,
});

function checkProxy(proxy: BrowserOptions['proxy']): void {
  if (proxy === undefined) return;
  const server = URL.parse(proxy.server);
  if (
    server === null ||
    !/^(http|socks5):$/.test(server.protocol) ||
    server.username !== '' ||
    server.password !== ''
  ) {
    throw invalidArgument(
      'The option "proxy.server" does not have the form http://host:port or socks5://host:port.',
      'Correct "proxy.server".',
    );
  }
  if (server.protocol === 'socks5:' && proxy.username !== undefined) {
    const hint = 'Use a SOCKS proxy that needs no credentials, or an HTTP proxy.';
    throw new WakeyError('unsupported', { what: 'Firefox cannot send credentials to a SOCKS proxy.', hint });
  }
}
