/// <reference lib="dom" />

/** Resolves to the result of a request of IndexedDB. Runs in the page. */
export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
