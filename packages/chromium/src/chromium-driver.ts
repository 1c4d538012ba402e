import type { BrowserDriver, BrowserOptions, Capability, DriverCapabilities } from '@wakey/core';
import { attach } from './attach.js';
import { launch } from './launch.js';
import type { ChromiumLibrary } from './library.js';

/**
 * A driver of Chrome, Chromium and the headless shell through a browser library, which it starts on its own terms:
 * `native` is the library's page, everything that the contract promises is kept here.
 *
 * An attached browser costs what is not ours there: no profile (what it keeps is its owner's business), no process id,
 * no say in its command line (`executable`, `args`, `proxy.server`, `sandbox`, `env` do nothing) nor in what its shared and
 * service workers show, and `close()` leaves it running.
 */
export function chromiumDriver<Native>(
  library: ChromiumLibrary<Native>,
  options: BrowserOptions,
): BrowserDriver<Native> {
  return {
    name: library.name,
    capabilities,
    launch: (wanted) => launch(library, options, wanted),
    attach: (endpoint, call) => attach(library, options, endpoint, call),
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
