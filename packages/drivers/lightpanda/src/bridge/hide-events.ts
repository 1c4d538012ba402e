/// <reference lib="dom" />
import { holdHandlers } from './hold.js';
import { wrapMethod } from './wrap.js';

type Handler = ((event: Event) => unknown) | { handleEvent(event: Event): unknown } | null | undefined;

/**
 * Keeps some events of one type from the listeners that a page adds to `target`: a prototype, or the global object of a worker. The handler
 * `on…` of the page becomes a listener. Runs in the page and in its workers.
 */
export function hideEvents(
  target: EventTarget,
  type: 'message' | 'error',
  isHidden: (self: unknown, event: Event) => boolean,
): void {
  const { removeEventListener: remove } = target;
  const wrappers = new WeakMap<object, (event: Event) => unknown>();
  /** The listeners for one event only, by their target: a hidden event must not use them up. */
  const single = new WeakMap<object, WeakSet<object>>();
  const visible = (listener: Handler, options?: unknown) => {
    if (typeof listener !== 'function' && (typeof listener !== 'object' || listener === null)) return listener;
    const made =
      wrappers.get(listener) ??
      function (this: unknown, event: Event): unknown {
        if (isHidden(this, event)) return undefined;
        if (single.get(own(this))?.delete(listener))
          remove.call(own(this), type, made, options as AddEventListenerOptions);
        return typeof listener === 'function' ? Reflect.apply(listener, this, [event]) : listener.handleEvent(event);
      };
    wrappers.set(listener, made);
    return made;
  };
  wrapMethod(target, 'addEventListener', (native) => (self, name, listener, options) => {
    if (String(name) !== type) return native(self, name, listener, options);
    const isSingle = typeof options === 'object' && options !== null && 'once' in options && options.once === true;
    if (isSingle && Object(listener) === listener) {
      const ofTarget = single.get(own(self)) ?? new WeakSet();
      single.set(own(self), ofTarget.add(listener as object));
    }
    return native(self, name, visible(listener as Handler, options), isSingle ? { ...options, once: false } : options);
  });
  wrapMethod(target, 'removeEventListener', (native) => (self, name, listener, options) => {
    return native(self, name, String(name) === type ? visible(listener as Handler) : listener, options);
  });
  // The listener that the handler becomes is one of those above.
  holdHandlers(target, `on${type}` as never, () => true);
}

function own(self: unknown): EventTarget {
  return (self ?? globalThis) as EventTarget;
}
