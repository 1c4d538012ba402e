/// <reference lib="dom" />
import { bridgeCaches } from './caches.js';
import { bridgeCursorRequest } from './cursor-request.js';
import { bridgeKeys } from './keys.js';
import { bridgeLocks } from './locks.js';
import { recordDatabases } from './record-databases.js';
import { recordLocalStorage } from './record-local-storage.js';
import { openReporter } from './reporter.js';
import { openSealer } from './seal.js';
import { wrapMethod, wrapSetter } from './wrap.js';

/** What a document of this browser needs. */
export interface InstallOptions {
  /** The name of the binding (`Runtime.addBinding`) to which the document sends its changes. Absent: the document records nothing. */
  readonly channel?: string;
  /** The name of the function by which the driver says which changes are on the disk. A page that looks for it finds it. */
  readonly acknowledge: string;
  /** The key that seals the material of keys: 32 bytes as base64. */
  readonly sealKey: string;
  readonly bridges: readonly BridgeName[];
}

/** What this browser lacks and a script adds. */
export type BridgeName = 'keys' | 'locks' | 'caches' | 'cursor-request';

/**
 * Runs in each document before the scripts of the page. A document that has no storage, such as `about:blank`, is left as it is.
 */
export function install({ channel, acknowledge, sealKey, bridges }: InstallOptions): void {
  const page = globalThis as unknown as Record<string, unknown>;
  const binding = channel === undefined ? undefined : (page[channel] as (text: string) => void);
  if (channel !== undefined) delete page[channel];
  if (!hasStorage()) return;
  if (typeof binding === 'function') record(binding, acknowledge);
  if (bridges.includes('keys')) bridgeKeys(openSealer(sealKey));
  if (bridges.includes('locks')) bridgeLocks();
  if (bridges.includes('caches')) bridgeCaches();
  if (bridges.includes('cursor-request')) bridgeCursorRequest();
}

function hasStorage(): boolean {
  try {
    return globalThis.localStorage !== null && typeof globalThis.indexedDB === 'object' && location.origin !== 'null';
  } catch {
    // A document without an origin of its own throws.
    return false;
  }
}

function record(binding: (text: string) => void, acknowledge: string): void {
  const reporter = openReporter({ origin: location.origin, send: binding, acknowledge });
  recordDatabases(reporter);
  recordLocalStorage(reporter);
  const cookieMayHaveChanged = () => binding('');
  wrapSetter(Document.prototype, 'cookie', (native) => (self, value) => {
    native(self, value);
    cookieMayHaveChanged();
  });
  // An answer may set cookies.
  wrapMethod(globalThis, 'fetch', (native) => (self, ...given) => {
    // The page gets the promise of this handler: beside it, a rejection that the page does not handle would seem handled.
    return (native(self, ...given) as Promise<Response>).finally(cookieMayHaveChanged);
  });
  wrapMethod(XMLHttpRequest.prototype, 'send', (native) => (self, ...given) => {
    (self as XMLHttpRequest).addEventListener('loadend', cookieMayHaveChanged);
    return native(self, ...given);
  });
}
