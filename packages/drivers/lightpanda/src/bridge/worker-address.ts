/// <reference lib="dom" />
import { wrapMethod } from './wrap.js';

/** How a worker loads scripts, by the browser's own means. */
export interface Loading {
  /** Runs a classic script at an address, at once. */
  script(url: string): void;
  /** Runs the text of a classic script. */
  inline(text: string): void;
  /** Rejects if the script cannot be loaded. */
  text(url: string): Promise<string>;
  module(url: string): Promise<void>;
}

/** Lets a worker seem to be at the address that the page gave it: `location`, and relative addresses. Runs in the worker. */
export function setAddress(href: string): Loading {
  const scope = globalThis as unknown as { importScripts(...urls: readonly string[]): void };
  const load = scope.importScripts?.bind(scope);
  const { fetch } = globalThis;
  const { createObjectURL, revokeObjectURL } = URL;
  const url = new URL(href);
  const place = Object.create(globalThis.location);
  for (const name of PARTS) Object.defineProperty(place, name, { value: url[name], enumerable: true });
  Object.defineProperty(place, 'toString', { value: () => url.href });
  Object.defineProperty(globalThis, 'location', { value: place, configurable: true, enumerable: true });
  const absolute = (given: unknown) => {
    if (given instanceof Request) return given;
    // An address that is none stays as it is: the browser names the error.
    return /^https?:/.test(href) ? (URL.parse(String(given), href)?.href ?? given) : given;
  };
  wrapMethod(
    scope,
    'importScripts',
    (native) =>
      (self, ...given) =>
        native(self ?? scope, ...given.map(absolute)),
  );
  wrapMethod(globalThis, 'fetch', (native) => (self, input, ...given) => {
    return native(self ?? globalThis, absolute(input), ...given);
  });
  if (typeof XMLHttpRequest === 'function') {
    wrapMethod(XMLHttpRequest.prototype, 'open', (native) => (self, method, address, ...given) => {
      return native(self, method, absolute(address), ...given);
    });
  }
  for (const name of ['Request', 'EventSource'] as const) {
    const native: unknown = globalThis[name];
    if (typeof native !== 'function') continue;
    const value: unknown = new Proxy(native, {
      construct: (_, [address, ...given], newTarget) =>
        Reflect.construct(native, [absolute(address), ...given], newTarget === value ? native : newTarget),
    });
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return {
    script: (address) => load(address),
    inline(text) {
      const address = createObjectURL(new Blob([text], { type: 'text/javascript' }));
      try {
        load(address);
      } finally {
        revokeObjectURL(address);
      }
    },
    async text(address) {
      const answer = await fetch(address, { credentials: 'same-origin' });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return answer.text();
    },
    module: (address) => import(address).then(() => undefined),
  };
}

const PARTS = [
  'href',
  'origin',
  'protocol',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const satisfies readonly (keyof URL)[];
