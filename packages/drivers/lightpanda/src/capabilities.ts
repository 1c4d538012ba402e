import type { Capability, CapabilityName, DriverCapabilities } from '@wakey/core';

/** A capability that your own build of Lightpanda may have and the stock build lacks. */
export type PatchName = 'webLocks' | 'cryptoKeyStorage';

/** The capabilities of stock Lightpanda, and those in `patched`, which your own build adds. */
export function lightpandaCapabilities(patched: readonly PatchName[]): DriverCapabilities {
  const added = Object.fromEntries(patched.map((name) => [name, yes]));
  return Object.freeze({ ...stock, ...added });
}

const yes: Capability = Object.freeze({ supported: true });
const no = (reason: string): Capability => Object.freeze({ supported: false, reason });

const stock: { readonly [C in CapabilityName]: Capability } = {
  persistentProfile: no('Lightpanda keeps everything in memory: it has no profile directory.'),
  stateSnapshot: yes,
  screenshot: no('Lightpanda has no layout: its screenshots are a placeholder, or only text.'),
  canvasPixels: no('Lightpanda draws nothing: every canvas stays blank.'),
  userAgentOverride: no('Lightpanda refuses every user agent that names Mozilla, and never changes its client hints.'),
  webLocks: no('Lightpanda has no navigator.locks.'),
  cryptoKeyStorage: no('Lightpanda cannot clone a CryptoKey, so a page cannot store one in IndexedDB.'),
  proxyAuth: no(
    'Lightpanda takes the credentials of a proxy only from its command line, which other users of the machine can read.',
  ),
  rawCdp: yes,
  attach: yes,
  processId: yes,
};
