/** Runs in every document before its first script, and may run twice in one document. */
(function shape({ isSecure, hasTimerErrors, hasCompression, storesKeys, hasLocks, hasCaches, hasWorkers }) {
  const mark = Symbol.for('stand-in');
  const isFirst = globalThis[mark] === undefined;
  globalThis[mark] ??= { worker: globalThis.Worker };
  class InertWorker extends EventTarget {
    postMessage() {
      // This worker never runs, so nothing receives the message.
    }
    terminate() {
      // This worker never runs.
    }
  }
  globalThis.Worker = hasWorkers ? globalThis[mark].worker : InertWorker;
  if (!isFirst) return;

  if (!hasLocks) delete Navigator.prototype.locks;
  if (!hasCaches) delete Navigator.prototype.serviceWorker;
  if (!hasCaches) delete globalThis.caches;
  if (!hasCompression) for (const name of ['CompressionStream', 'DecompressionStream']) delete globalThis[name];
  Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false });
  if (!isSecure) Object.defineProperty(globalThis, 'isSecureContext', { value: false });

  /** Lightpanda loses an exception in a timer. */
  const quiet = (work) =>
    typeof work !== 'function'
      ? work
      : function (...args) {
          try {
            return work.apply(this, args);
          } catch {
            return undefined;
          }
        };
  for (const name of hasTimerErrors ? [] : ['setTimeout', 'setInterval']) {
    const original = globalThis[name];
    globalThis[name] = (work, ...rest) => original(quiet(work), ...rest);
  }

  const holdsKey = (value, seen = new Set()) => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return false;
    seen.add(value);
    return value instanceof CryptoKey || Object.values(value).some((item) => holdsKey(item, seen));
  };
  const refuseKeys = (owner, name) => {
    const original = owner?.[name];
    if (original === undefined) return;
    owner[name] = function (value, ...rest) {
      if (holdsKey(value)) throw new DOMException('A CryptoKey could not be cloned.', 'DataCloneError');
      return original.call(this, value, ...rest);
    };
  };
  if (globalThis.CryptoKey !== undefined && !storesKeys) {
    for (const name of ['put', 'add']) refuseKeys(globalThis.IDBObjectStore?.prototype, name);
    for (const name of ['structuredClone', 'postMessage']) refuseKeys(globalThis, name);
    for (const owner of [MessagePort, BroadcastChannel]) refuseKeys(owner.prototype, 'postMessage');
  }

  const pen = CanvasRenderingContext2D.prototype;
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(pen))) {
    if (/^(fill|stroke|clear|draw|put)/.test(name) && typeof value === 'function') pen[name] = () => undefined;
  }
  HTMLCanvasElement.prototype.toDataURL = function toDataURL() {
    return this.width === 0 || this.height === 0 ? 'data:,' : 'data:image/png;base64,iVBORw0KGgo=';
  };
});
