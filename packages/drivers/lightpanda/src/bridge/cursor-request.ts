/// <reference lib="dom" />
import { wrapGetter } from './wrap.js';

/** `IDBCursor.request` for a browser without it. The package `idb` ends each loop after the first record otherwise. Runs in the page. */
export function bridgeCursorRequest(): void {
  const requests = new WeakMap<IDBCursor, IDBRequest>();
  // A page gets a cursor from nowhere else. An event is too late: before 1.0.2 the page's own handler runs first.
  wrapGetter(IDBRequest.prototype, 'result', (native) => (self) => {
    const value = native(self);
    if (value instanceof IDBCursor) requests.set(value, self as IDBRequest);
    return value;
  });
  Object.defineProperty(IDBCursor.prototype, 'request', {
    get(this: IDBCursor) {
      return requests.get(this);
    },
    configurable: true,
    enumerable: true,
  });
}
