import type { Capability, DriverCapabilities } from '@wakey/core';

const yes: Capability = Object.freeze({ supported: true });
const no = (reason: string): Capability => Object.freeze({ supported: false, reason });
const bridged = (how: string): Capability => Object.freeze({ supported: true, bridged: how });

/** What Lightpanda and this driver together can do. Each launch tries which bridges this binary needs. */
export const capabilities: DriverCapabilities = Object.freeze({
  persistentProfile: bridged(
    'Lightpanda keeps everything in memory. The driver records in a journal what pages store in IndexedDB, localStorage and cookies, and puts it back at each launch. What a SharedWorker stores is not recorded.',
  ),
  stateSnapshot: yes,
  screenshot: no('Lightpanda has no layout: its screenshots are a placeholder, or only text.'),
  canvasPixels: no('Lightpanda draws nothing: every canvas stays blank.'),
  userAgentOverride: no('Lightpanda refuses every user agent that names Mozilla, and never changes its client hints.'),
  webLocks: bridged('Before 1.0.1 a script of the driver adds navigator.locks to each document.'),
  cryptoKeyStorage: bridged(
    'Lightpanda cannot clone a CryptoKey. A script of the driver stores keys sealed, with a key that lies in the profile; the memory of the page holds both.',
  ),
  proxyAuth: no(
    'Lightpanda takes the credentials of a proxy only from its command line, which other users of the machine can read.',
  ),
  rawCdp: yes,
  attach: yes,
  processId: yes,
});
