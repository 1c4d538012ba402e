/// <reference lib="dom" />
import { wrapGetter, wrapSetter } from './wrap.js';

/**
 * Lets the page get an event of `target` later than the browser fires it. `wait` is called as the event is fired, and returns whether
 * the event waits for `release`. Call this before the page can add a listener. Runs in the page.
 */
export function holdEvent(target: EventTarget, type: string, wait: (release: () => void) => boolean): void {
  let isFired = false;
  target.addEventListener(type, (event) => {
    if (isFired) return;
    isFired = true;
    if (wait(() => void target.dispatchEvent(likeOf(event)))) event.stopImmediatePropagation();
  });
}

/**
 * Makes the property `on<type>` of the targets that `isHeld` names a listener like all others. Before 1.0.1 Lightpanda calls the function
 * in this property before all listeners, so that no listener can hold the event back. Runs in the page.
 */
export function holdHandlers<T extends EventTarget, K extends keyof T & `on${string}`>(
  prototype: T,
  name: K,
  isHeld: (target: T) => boolean,
): void {
  const handlers = new WeakMap<T, { handler: unknown }>();
  wrapGetter(prototype, name, (native) => (self) => {
    const target = self as T;
    return isHeld(target) ? (handlers.get(target)?.handler ?? null) : native(target);
  });
  wrapSetter(prototype, name, (native) => (self, value) => {
    const target = self as T;
    if (!isHeld(target)) return native(target, value);
    const handler = typeof value === 'object' || typeof value === 'function' ? value : null;
    const known = handlers.get(target);
    if (known !== undefined) {
      known.handler = handler;
      return;
    }
    const own = { handler };
    handlers.set(target, own);
    target.addEventListener(name.slice(2), (event) => {
      if (typeof own.handler === 'function') Reflect.apply(own.handler, target, [event]);
    });
  });
}

/** A new event with the content of one that was fired: a browser fires no event twice. */
function likeOf(event: Event): Event {
  return Reflect.construct(event.constructor, [event.type, event]);
}
