import { reapLeftovers } from '@wakey/browser-process';
import type { BrowserDriver, BrowserOptions, Capability, DriverCapabilities } from '@wakey/core';
import { attach } from './attach.js';
import { launch } from './launch.js';
import type { ChromiumLibrary } from './library.js';
import { chromiumProfile } from './profile/chromium-profile.js';

/**
 * Creates a driver of Chrome, Chromium and the headless shell from a browser library. The driver starts the browser
 * itself; `native` is the library's page, and this package keeps everything that the contract promises.
 *
 * An attached browser has limits: no profile (its owner decides what it stores) and no process id. The options for its
 * command line (`executable`, `args`, `proxy.server`, `sandbox`, `env`) have no effect, its shared and service workers
 * keep their user agent, and `close()` leaves the browser running.
 */
export function chromiumDriver<Native>(
  library: ChromiumLibrary<Native>,
  options: BrowserOptions,
): BrowserDriver<Native> {
  return {
    name: library.name,
    capabilities,
    profileFormat: chromiumProfile,
    launch: (wanted) => launch(library, options, wanted),
    reap: (profile) => reapLeftovers(profile, { temporary: options.env?.TMPDIR }),
    attach: (endpoint, call) => attach(library, options, endpoint, call),
  };
}

const yes: Capability = Object.freeze({ supported: true });

const capabilities: DriverCapabilities = Object.freeze({
  persistentProfile: yes,
  stateSnapshot: Object.freeze({
    supported: false,
    reason:
      'Chromium keeps keys in its profile that no snapshot can contain; only the profile directory contains everything.',
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
