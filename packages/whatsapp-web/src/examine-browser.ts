import type { CallOptions, PageHandle } from '@wakey/core';
import { browserNeeds, lacksOf } from './browser-needs.js';

/** What a browser can do of all that WhatsApp Web uses, in words for people. */
export interface BrowserExamination {
  /** The needs that were tried and are met. */
  readonly has: readonly string[];
  /** The needs that are not met: the session ends as `browser-unsuitable`, or its login does not last. */
  readonly lacks: readonly string[];
  /** Parts that are missing and that a login does not need, as far as is known. */
  readonly misses: readonly string[];
  /**
   * The user agent, if it is not of the usual form, which begins with "Mozilla/5.0": WhatsApp Web may refuse such a browser. No page of
   * this machine can find out whether it does.
   */
  readonly unusualName?: string;
}

/** A blank page on this machine, on which a browser is examined. */
export interface BlankSite {
  /** The address of an HTML document without scripts, over https or on an address of this machine. */
  readonly url: string;
  /** The address, on the same origin, of a script that does `postMessage('here')`. */
  readonly worker: string;
}

/**
 * Tries in this page what WhatsApp Web needs of a browser: what `whatsappWeb` itself checks, a key that still works after the
 * document was loaded again, and a worker. Leaves the site open. Default timeout 30 s for each step; rejects with what
 * `PageHandle` rejects with.
 */
export async function examineBrowser(
  page: PageHandle,
  { url, worker }: BlankSite,
  options: CallOptions = {},
): Promise<BrowserExamination> {
  await page.goto(url, options);
  const lacks = await lacksOf(page, options);
  const isStored = await page.evaluate(storeKey, null, options);
  await page.reload(options);
  if (!isStored || !(await page.evaluate(useStoredKey, null, options))) lacks.push(STORED_KEY);
  const hasWorker = await page.evaluate(runsWorker, { worker, ms: WORKER_MS }, options);
  const tried = [...browserNeeds, STORED_KEY];
  const has = [...tried.filter((need) => !lacks.includes(need)), ...(hasWorker ? [WORKERS] : [])];
  const name = await page.evaluate<string>('navigator.userAgent', null, options);
  const unusualName = name.startsWith('Mozilla/5.0 ') ? {} : { unusualName: name };
  return { has, lacks, misses: hasWorker ? [] : [WORKERS], ...unusualName };
}

const STORED_KEY = 'stored key that works after a reload';
const WORKERS = 'workers that run';
/** How long a worker may take to answer, in ms. */
const WORKER_MS = 5_000;

/** Runs in the page: stores a key, and what the key encrypted. */
async function storeKey(): Promise<boolean> {
  const { indexedDB, crypto } = globalThis as unknown as PageParts;
  try {
    const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) };
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const sealed = await crypto.subtle.encrypt(algorithm, key, new Uint8Array([7]));
    const database = await new Promise<Database>((resolve, reject) => {
      const opening = indexedDB.open('wakey-doctor', 1);
      opening.onupgradeneeded = () => void opening.result.createObjectStore('keys');
      opening.onerror = reject;
      opening.onsuccess = () => resolve(opening.result);
    });
    const writing = database.transaction('keys', 'readwrite');
    writing.objectStore('keys').put({ key, sealed }, 1);
    await new Promise<void>((resolve, reject) => {
      writing.onabort = reject;
      writing.oncomplete = () => resolve();
    });
    database.close();
    return true;
  } catch {
    // Whatever does not work here is missing.
    return false;
  }
}

/** Runs in the page: whether the stored key opens what it encrypted before the reload. */
async function useStoredKey(): Promise<boolean> {
  const { indexedDB, crypto } = globalThis as unknown as PageParts;
  try {
    const database = await new Promise<Database>((resolve, reject) => {
      const opening = indexedDB.open('wakey-doctor', 1);
      opening.onerror = reject;
      opening.onsuccess = () => resolve(opening.result);
    });
    const { key, sealed } = await new Promise<Sealed>((resolve, reject) => {
      const reading = database.transaction('keys', 'readonly').objectStore('keys').get(1);
      reading.onerror = reject;
      reading.onsuccess = () => resolve(reading.result);
    });
    const open = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, sealed);
    return new Uint8Array(open)[0] === 7;
  } catch {
    // Whatever does not work here is missing.
    return false;
  }
}

/** Runs in the page: whether a worker starts and posts a message. */
function runsWorker({ worker, ms }: { readonly worker: string; readonly ms: number }): Promise<boolean> {
  const { Worker, setTimeout } = globalThis as unknown as PageParts;
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms);
    try {
      const started = new Worker(worker);
      started.onmessage = () => resolve(true);
      started.onerror = () => resolve(false);
    } catch {
      // A browser without workers has no such constructor.
      resolve(false);
    }
  });
}

interface Sealed {
  readonly key: object;
  readonly sealed: ArrayBuffer;
}

/** The parts of a page that the examination uses. This package is compiled without the types of the DOM. */
interface PageParts {
  readonly setTimeout: (work: () => void, ms: number) => unknown;
  readonly Worker: new (url: string) => { onmessage: () => void; onerror: () => void };
  readonly crypto: {
    readonly subtle: {
      generateKey(algorithm: object, isExtractable: boolean, uses: readonly string[]): Promise<object>;
      encrypt(algorithm: object, key: object, bytes: Uint8Array): Promise<ArrayBuffer>;
      decrypt(algorithm: object, key: object, bytes: ArrayBuffer): Promise<ArrayBuffer>;
    };
  };
  readonly indexedDB: { open(name: string, version: number): Opening };
}

interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: string): Transaction;
  close(): void;
}

interface Opening {
  readonly result: Database;
  onupgradeneeded: () => void;
  onerror: (event: unknown) => void;
  onsuccess: () => void;
}

interface Transaction {
  objectStore(name: string): { put(value: unknown, key: number): unknown; get(key: number): Reading };
  onabort: (event: unknown) => void;
  oncomplete: (event: unknown) => void;
}

interface Reading {
  readonly result: Sealed;
  onerror: (event: unknown) => void;
  onsuccess: () => void;
}
