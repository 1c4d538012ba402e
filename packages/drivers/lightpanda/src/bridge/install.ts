/// <reference lib="dom" />
import { bridgeCaches } from './caches.js';
import { type CommitOrder, openOrder } from './commit-order.js';
import { bridgeCursorRequest } from './cursor-request.js';
import { hearAnswers } from './hear-answers.js';
import { bridgeKeys } from './keys.js';
import { bridgeLocks } from './locks.js';
import { refuseWith } from './operations.js';
import { recordDatabases } from './record-databases.js';
import { recordLocalStorage } from './record-local-storage.js';
import { openReporter, type Reporter } from './reporter.js';
import { openSealer } from './seal.js';
import { bridgeWorkers } from './workers.js';
import { wrapSetter } from './wrap.js';

export { installWorker } from './in-worker.js';

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
 * Runs in each document before the scripts of the page. A document that has no storage, such as `about:blank`, is left as it is. `scripts`:
 * the text of a function that returns these scripts, for the workers of the document.
 */
export function install(options: InstallOptions, scripts: string): void {
  const { channel, acknowledge, sealKey, bridges } = options;
  const page = globalThis as unknown as Record<string, unknown>;
  const binding = channel === undefined ? undefined : (page[channel] as (text: string) => void);
  if (channel !== undefined) delete page[channel];
  if (!hasStorage()) return;
  const order = typeof binding === 'function' ? openOrder((text) => binding(text), refuseWith(binding)) : undefined;
  const workers = bridgeWorkers({ scripts, options, order, say: (text) => binding?.(text) });
  if (order !== undefined && binding !== undefined) {
    const written = record(order, binding);
    Object.defineProperty(globalThis, acknowledge, {
      value: (of: string, number: number) => {
        written(of, number);
        workers.written(of, number);
      },
    });
  }
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

/** Returns the function to call for each group of changes that is on the disk. */
function record(order: CommitOrder, binding: (text: string) => void): Reporter['written'] {
  const reporter = openReporter(location.origin, order);
  recordDatabases(reporter);
  recordLocalStorage(reporter);
  const cookieMayHaveChanged = () => binding('');
  wrapSetter(Document.prototype, 'cookie', (native) => (self, value) => {
    native(self, value);
    cookieMayHaveChanged();
  });
  hearAnswers(cookieMayHaveChanged);
  return reporter.written;
}
