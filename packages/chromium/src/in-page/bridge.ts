import { toJsonText } from './to-json.js';

/** The window, as far as the page's part of `expose` uses it. */
interface PageWindow {
  [key: string]: unknown;
}

/** The page's part of all exposed functions of one document. */
interface Bridge {
  /** Adds a function to the window. Returns false if the name is taken. */
  offer(name: string): boolean;
  /** Ends the call `id` with the handler's result (JSON, or nothing) or with the message of its error. */
  settle(id: number, isResult: boolean, text: string | undefined): void;
}

/**
 * Replaces the raw binding `key` by the bridge, once per document and only in its top frame: a frame of another site
 * must not reach the functions that were exposed to the page.
 */
export function install(key: string): void {
  const pageWindow = globalThis as unknown as PageWindow;
  const binding = pageWindow[key];
  if (pageWindow.top !== pageWindow.window || typeof binding !== 'function') return;

  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;
  const bridge: Bridge = {
    offer(name) {
      if (name in pageWindow) return false;
      pageWindow[name] = (argument: unknown) =>
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
  Object.defineProperty(pageWindow, key, { value: bridge, enumerable: false, configurable: false, writable: false });
}
