/// <reference lib="dom" />
import type { Op } from './operations.js';
import type { Reporter } from './reporter.js';
import { wrapMethod } from './wrap.js';

/**
 * Reports each change of localStorage as the page makes it. The page does not wait for the disk, because localStorage is synchronous: a
 * killed program may lose the last changes. The page's `localStorage` is a proxy from then on, because an assignment such as
 * `localStorage.name = 'value'` calls no method. Runs in the page.
 */
export function recordLocalStorage({ report }: Reporter): void {
  const native = globalThis.localStorage;
  const prototype = Storage.prototype;
  const getItem = prototype.getItem.bind(native);
  const reportOps = (...ops: readonly Op[]) => report(() => ops);
  /** Reports the text that the browser has stored. It can differ from the page's text: Lightpanda replaces a lone surrogate by U+FFFD. */
  const reportEntry = (key: string) => reportOps(['local', key, getItem(key)]);
  const set = prototype.setItem.bind(native);
  const remove = prototype.removeItem.bind(native);

  const proxy: Storage = new Proxy(native, {
    get: (target, key) => Reflect.get(target, key, target),
    set(_, key, value) {
      if (typeof key === 'symbol') return Reflect.set(native, key, value, native);
      set(key, String(value));
      reportEntry(key);
      return true;
    },
    defineProperty(_, key, { value }) {
      if (typeof key === 'symbol') return false;
      set(key, String(value));
      reportEntry(key);
      return true;
    },
    deleteProperty(_, key) {
      if (typeof key === 'symbol') return Reflect.deleteProperty(native, key);
      remove(key);
      reportEntry(key);
      return true;
    },
  });
  const own = (self: unknown) => (self === proxy ? native : self);
  for (const name of ['getItem', 'key'] as const) {
    wrapMethod(
      prototype,
      name,
      (old) =>
        (self, ...given) =>
          old(own(self), ...given),
    );
  }
  for (const name of ['setItem', 'removeItem'] as const) {
    wrapMethod(prototype, name, (old) => (self, ...given) => {
      const result = old(own(self), ...given);
      if (own(self) === native) reportEntry(String(given[0]));
      return result;
    });
  }
  wrapMethod(prototype, 'clear', (old) => (self) => {
    const result = old(own(self));
    if (own(self) === native) reportOps(['clear-local']);
    return result;
  });
  Object.defineProperty(globalThis, 'localStorage', { get: () => proxy, configurable: true, enumerable: true });
}
