import { toJsonText } from './to-json.js';

/** What the page's side of `expose` needs of a window. */
interface Place {
  [key: string]: unknown;
}

/** The page's side of every exposed function of one document. */
interface Bridge {
  /** Puts a function on the window. False where the name is taken. */
  offer(name: string): boolean;
  /** Ends the call `id` with what the handler gave (JSON, or nothing) or with the message of what it threw. */
  settle(id: number, isResult: boolean, text: string | undefined): void;
}

/**
 * Puts the bridge in the place of the raw binding `key`, once a document and only in its top frame: a frame of another
 * site must not reach what was exposed to the page.
 */
export function install(key: string): void {
  const place = globalThis as unknown as Place;
  const binding = place[key];
  if (place.top !== place.window || typeof binding !== 'function') return;

  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;
  const bridge: Bridge = {
    offer(name) {
      if (name in place) return false;
      place[name] = (argument: unknown) =>
        new Promise((resolve, reject) => {
          const text = toJsonText(argument === undefined ? null : argument);
          calls += 1;
          waiting.set(calls, { resolve, reject });
          binding(JSON.stringify({ id: calls, name, text }));
        });
      return true;
    },
    settle(id, isResult, text) {
      const call = waiting.get(id);
      waiting.delete(id);
      if (isResult) call?.resolve(text === undefined ? undefined : JSON.parse(text));
      else call?.reject(new Error(text));
    },
  };
  Object.defineProperty(place, key, { value: bridge, enumerable: false, configurable: false, writable: false });
}
