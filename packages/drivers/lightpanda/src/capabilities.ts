import type { Capability, CapabilityName, DriverCapabilities } from '@wakey/core';

/** What a build of Lightpanda may have that the stock one lacks. */
export type PatchName = 'webLocks' | 'cryptoKeyStorage';

/** What Lightpanda can do, with `patched` added: what a build of one's own can do besides. */
export function lightpandaCapabilities(patched: readonly PatchName[]): DriverCapabilities {
  const added = Object.fromEntries(patched.map((name) => [name, yes]));
  return Object.freeze({ ...stock, ...added });
}

const yes: Capability = Object.freeze({ supported: true });
const no = (reason: string): Capability => Object.freeze({ supported: false, reason });

const stock: { readonly [C in CapabilityName]: Capability } = {
  persistentProfile: no('Lightpanda keeps everything in memory: it has no profile directory.'),
  stateSnapshot: yes,
  screenshot: no('Lightpanda lays nothing out: its pictures are a placeholder, or text alone.'),
  canvasPixels: no('Lightpanda draws nothing: every canvas stays blank.'),
  userAgentOverride: no('Lightpanda refuses every user agent that names Mozilla, and keeps its client hints.'),
  webLocks: no('Lightpanda has no navigator.locks.'),
  cryptoKeyStorage: no('Lightpanda cannot clone a CryptoKey, so none can be kept in IndexedDB.'),
  proxyAuth: no('Lightpanda takes the credentials of a proxy only where other users of the machine can read them.'),
  rawCdp: yes,
  attach: yes,
  processId: yes,
};
