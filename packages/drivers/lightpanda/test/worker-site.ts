import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site with the scripts of workers. */
export interface WorkerSite {
  readonly url: string;
  close(): void;
}

/** Opens the site at a free port. A page is at every address that names no script. */
export async function openWorkerSite(): Promise<WorkerSite> {
  const server = createServer(({ url = '' }, response) => {
    const script = SCRIPTS[url];
    if (script !== undefined) return response.setHeader('content-type', 'text/javascript').end(script);
    if (url.endsWith('.js')) return response.writeHead(404).end();
    return response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Opens a database with the store "rows". */
const DATABASE = `const database = new Promise((resolve, reject) => {
  const opening = indexedDB.open('shared', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});
const put = async (value, key) => {
  const transaction = (await database).transaction('rows', 'readwrite');
  transaction.objectStore('rows').put(value, key);
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
};`;

const SCRIPTS: Readonly<Record<string, string>> = {
  '/scripts/library.js': 'const library = "library"; self.at = location.pathname;',
  '/scripts/other.js': 'const other = library + " and other";',
  '/scripts/classic.js': `importScripts('library.js', '../scripts/other.js');
    postMessage({ library, other, at, name, hash: location.hash, text: String(location), kind: location.constructor.name });
    onmessage = ({ data }) => postMessage(['on', data]);
    addEventListener('message', ({ data }) => postMessage(['listener', data]));`,
  '/scripts/part.js': 'export const part = import.meta.url;',
  '/scripts/module.js': `import { part } from './part.js';
    const { part: later } = await import('./part.js');
    onmessage = ({ data }) => postMessage([data, new URL(part).pathname, part === later, new URL(import.meta.url).pathname]);`,
  '/scripts/dynamic.js': `import('./part.js').then(({ part }) => postMessage(new URL(part).pathname));`,
  '/scripts/fetch.js': `const read = (answer) => answer.text();
    const asked = new XMLHttpRequest();
    asked.open('GET', 'part.js');
    asked.onload = async () => postMessage([asked.responseText, await fetch('part.js').then(read), await fetch(new Request('part.js')).then(read)]);
    asked.send();`,
  '/scripts/throws.js': 'throw new RangeError("on purpose");',
  '/scripts/keys.js': `onmessage = async ({ data: { key, iv, text } }) => {
      const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text);
      postMessage({ sealed: new Uint8Array(sealed), key, made, isKey: key instanceof CryptoKey, extractable: key.extractable });
    };`,
  '/scripts/stores.js': `${DATABASE}
    onmessage = async ({ data: { value, key } }) => {
      await put(value, key);
      postMessage('stored');
    };`,
  '/scripts/races.js': `${DATABASE}
    database.then((opened) => {
      onmessage = ({ data: round }) => {
        for (let at = 0; at < 10; at += 1) {
          const transaction = opened.transaction('rows', 'readwrite');
          transaction.objectStore('rows').put('worker ' + round + '.' + at, 'raced');
          transaction.oncomplete = () => postMessage(at);
        }
      };
      postMessage('open');
    });`,
  '/scripts/beats.js': `setInterval(() => postMessage('beat'), 10); onmessage = ({ data }) => postMessage(data);`,
};
