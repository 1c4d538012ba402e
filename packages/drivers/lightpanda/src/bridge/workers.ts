/// <reference lib="dom" />
import type { CommitOrder, Followed } from './commit-order.js';
import { hideEvents } from './hide-events.js';
import type { InstallOptions } from './install.js';
import { type DocumentWord, lastLine, messageOf, type WorkerStart, type WorkerWord, wordIn } from './worker-words.js';
import { wrapMethod } from './wrap.js';

/** What the workers of a document get. */
export interface WorkersOptions {
  /** The text of a function that returns this package of scripts. */
  readonly scripts: string;
  readonly options: InstallOptions;
  /** Takes the commits of the workers. Absent: nothing is recorded. */
  readonly order: CommitOrder | undefined;
  /** Takes what else they have to tell the driver. */
  say(text: string): void;
}

/** The workers of a document. */
export interface Workers {
  /** Tells them which group of changes is on the disk. */
  written(of: string, number: number): void;
}

/**
 * Lets each dedicated worker of a document begin with the bridges: the browser's worker runs a script of ours, which loads the script that
 * the page named. `terminate()` really ends the worker: Lightpanda only ends one that closes itself. Runs in the page.
 */
export function bridgeWorkers({ scripts, options, order, say }: WorkersOptions): Workers {
  const native = globalThis.Worker;
  if (typeof native !== 'function') return { written: () => undefined };
  const secret = `wakey ${[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join('.')} `;
  const { createObjectURL, revokeObjectURL } = URL;
  const blobs = rememberBlobs();
  const { postMessage, terminate, addEventListener } = native.prototype;
  const dataOf = dataGetter();
  const ended = new WeakSet<object>();
  const running = new Set<Worker>();

  const follow = (worker: Worker, source: string | undefined) => {
    const followed: Followed | undefined = order?.follow((at) => tell(worker, { is: 'ask', at }));
    const loaded = () => source !== undefined && revokeObjectURL(source);
    const end = () => {
      loaded();
      running.delete(worker);
      followed?.end();
      terminate.call(worker);
    };
    const hear: { readonly [K in WorkerWord['is']]: (word: Extract<WorkerWord, { is: K }>) => void } = {
      commit: ({ at, text }) => followed?.took(at, text),
      reached: ({ at }) => followed?.reached(at),
      say: ({ text }) => say(text),
      started: loaded,
      failed({ message }) {
        loaded();
        worker.dispatchEvent(
          message === undefined ? new Event('error') : new ErrorEvent('error', { message, cancelable: true }),
        );
      },
      closed: end,
    };
    let isHeard = false;
    addEventListener.call(worker, 'message', (event) => {
      const word = wordIn<WorkerWord>(secret, dataOf(event));
      if (word === undefined) return;
      isHeard = true;
      (hear[word.is] as (word: WorkerWord) => void)(word);
    });
    // A worker whose first script did not load never answers.
    addEventListener.call(worker, 'error', () => isHeard || end());
    running.add(worker);
  };
  const tell = (worker: Worker, word: DocumentWord) => postMessage.call(worker, messageOf(secret, word));

  const bridgedWorker: typeof Worker = new Proxy(native, {
    construct(_, given: readonly unknown[], newTarget): Worker {
      const wanted = newTarget === bridgedWorker ? native : newTarget;
      const [url, settings] = given as readonly [unknown, WorkerOptions?];
      if (given.length === 0) return Reflect.construct(native, given, wanted);
      const address = URL.parse(String(url), document.baseURI);
      if (address === null) throw refused('SyntaxError', `'${String(url)}' is not a valid URL.`);
      const { href, protocol, origin } = address;
      if (protocol !== 'data:' && origin !== location.origin) {
        throw refused('SecurityError', `Script at '${href}' cannot be accessed from origin '${location.origin}'.`);
      }
      const blob = blobs.get(href);
      const isModule = settings?.type === 'module';
      const copy = blob && createObjectURL(isModule ? blob : new Blob([blob, lastLine(secret)]));
      const start: WorkerStart = {
        ...{ secret, href, options, origin: location.origin, source: copy ?? href },
        name: String(settings?.name ?? ''),
        isModule,
      };
      const script = `(${scripts})().installWorker(${JSON.stringify(start)});`;
      const own = createObjectURL(new Blob([script], { type: 'text/javascript' }));
      const worker: Worker = Reflect.construct(native, [own, ...given.slice(1)], wanted);
      revokeObjectURL(own);
      follow(worker, copy);
      return worker;
    },
  });
  Object.defineProperty(native.prototype, 'constructor', { value: bridgedWorker, configurable: true, writable: true });
  Object.defineProperty(globalThis, 'Worker', { value: bridgedWorker, configurable: true, writable: true });
  hideEvents(native.prototype, 'message', (worker, event) => {
    return ended.has(worker as object) || wordIn(secret, dataOf(event)) !== undefined;
  });
  hideEvents(native.prototype, 'error', (worker) => ended.has(worker as object));
  wrapMethod(native.prototype, 'terminate', (old) => (self) => {
    const worker = self as Worker;
    if (!running.has(worker)) return old(self);
    ended.add(worker);
    return tell(worker, { is: 'end' });
  });
  return {
    written(of, number) {
      for (const worker of running) tell(worker, { is: 'written', of, number });
    },
  };
}

function refused(name: string, why: string): DOMException {
  return new DOMException(`Failed to construct 'Worker': ${why}`, name);
}

/** Reads the data of a message as the browser has it. */
export function dataGetter(): (event: Event) => unknown {
  const get = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')?.get;
  return (event) => (get === undefined ? undefined : Reflect.apply(get, event, []));
}

/** The Blobs of this document by their addresses: a page may revoke an address as soon as it has named it to a worker. */
function rememberBlobs(): ReadonlyMap<string, Blob> {
  const blobs = new Map<string, Blob>();
  wrapMethod(URL, 'createObjectURL', (native) => (self, blob) => {
    const url = String(native(self, blob));
    if (blob instanceof Blob) blobs.set(url, blob);
    return url;
  });
  wrapMethod(URL, 'revokeObjectURL', (native) => (self, url) => {
    blobs.delete(String(url));
    return native(self, url);
  });
  return blobs;
}
