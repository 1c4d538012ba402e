/// <reference lib="dom" />
import { wrapMethod } from './wrap.js';

/** `IDBCursor.request` for a browser without it. The package `idb` ends each loop after the first record otherwise. Runs in the page. */
export function bridgeCursorRequest(): void {
  const requests = new WeakMap<IDBCursor, IDBRequest>();
  for (const source of [IDBObjectStore.prototype, IDBIndex.prototype]) {
    for (const name of ['openCursor', 'openKeyCursor'] as const) {
      wrapMethod(source, name, (native) => (self, ...given) => {
        const request = native(self, ...given) as IDBRequest<IDBCursor | null>;
        request.addEventListener('success', () => {
          if (request.result !== null) requests.set(request.result, request);
        });
        return request;
      });
    }
  }
  Object.defineProperty(IDBCursor.prototype, 'request', {
    get(this: IDBCursor) {
      return requests.get(this);
    },
    configurable: true,
    enumerable: true,
  });
}
