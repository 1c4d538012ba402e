import type { BrowserDriver, BrowserOptions, Capability, DriverCapabilities } from '@wakey/core';
import type { Page } from 'puppeteer-core';
import { attach } from './attach.js';
import { launch } from './launch.js';

/**
 * Drives Chrome, Chromium and the headless shell through puppeteer-core. `native` is puppeteer's own page.
 *
 * An attached browser costs what is not ours there: no profile (what it keeps is its owner's business), no process id,
 * no say in its command line (`executable`, `args`, `proxy.server`, `sandbox`, `env` do nothing), and `close()` leaves it
 * running.
 */
export function puppeteerDriver(options: BrowserOptions = {}): BrowserDriver<Page> {
  return {
    name: 'puppeteer',
    capabilities,
    launch: (wanted) => launch(options, wanted),
    attach: (endpoint, call) => attach(options, endpoint, call),
  };
}

const yes: Capability = Object.freeze({ supported: true });

const capabilities: DriverCapabilities = Object.freeze({
  persistentProfile: yes,
  stateSnapshot: Object.freeze({
    supported: false,
    reason: 'Chromium keeps keys in its profile that no snapshot can carry; the profile directory carries everything.',
  }),
  screenshot: yes,
  canvasPixels: yes,
  userAgentOverride: yes,
  webLocks: yes,
  cryptoKeyStorage: yes,
  proxyAuth: yes,
  rawCdp: yes,
  attach: yes,
  processId: yes,
});
