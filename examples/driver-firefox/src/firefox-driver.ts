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

/** Drives Firefox over WebDriver BiDi, through puppeteer-core. `native` is puppeteer's own page. */
export function firefoxDriver(options: BrowserOptions = {}): BrowserDriver<Page> {
  return {
    name: 'firefox',
    capabilities,
    async launch(wanted) {
      checkProxy(options.proxy);
      return launch(options, wanted);
    },
  };
}

const yes: Capability = Object.freeze({ supported: true });
const no = (reason: string): Capability => Object.freeze({ supported: false, reason });

const capabilities: DriverCapabilities = Object.freeze({
  persistentProfile: yes,
  stateSnapshot: no(
    'Firefox keeps keys in its profile that no snapshot can carry; the profile directory carries everything.',
  ),
  screenshot: yes,
  canvasPixels: yes,
  userAgentOverride: yes,
  webLocks: yes,
  cryptoKeyStorage: yes,
  proxyAuth: yes,
  rawCdp: no('Firefox speaks WebDriver BiDi and no longer the DevTools protocol of Chromium.'),
  attach: no(
    'Firefox has one session of WebDriver at a time: a browser that somebody else drives takes no second one.',
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
      'The proxy is not of the form http://host:port or socks5://host:port.',
      'Correct "proxy.server".',
    );
  }
  if (server.protocol === 'socks5:' && proxy.username !== undefined) {
    const hint = 'Use one without, or an HTTP proxy.';
    throw new WakeyError('unsupported', { what: 'Firefox has no credentials for a SOCKS proxy.', hint });
  }
}
