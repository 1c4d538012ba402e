/// <reference lib="dom" />
import { bridgeCaches } from './caches.js';
import { openOrder } from './commit-order.js';
import { bridgeCursorRequest } from './cursor-request.js';
import { hearAnswers } from './hear-answers.js';
import { hideEvents } from './hide-events.js';
import { bridgeKeys } from './keys.js';
import { refuseWith } from './operations.js';
import { recordDatabases } from './record-databases.js';
import { openReporter } from './reporter.js';
import { openSealer } from './seal.js';
import { setAddress } from './worker-address.js';
import { type DocumentWord, lastLine, messageOf, type WorkerStart, type WorkerWord, wordIn } from './worker-words.js';
import { dataGetter } from './workers.js';
import { wrapMethod } from './wrap.js';

/** The global object of a dedicated worker, as far as this script uses it. */
interface Scope extends EventTarget {
  postMessage(message: unknown): void;
  close(): void;
  importScripts(...urls: readonly string[]): void;
}

/** Runs in a worker instead of the script of the page. Adds the bridges, then loads that script. */
export function installWorker(start: WorkerStart): void {
  const scope = globalThis as unknown as Scope;
  const { secret, href, origin, name, options } = start;
  const post = scope.postMessage.bind(scope);
  const close = scope.close.bind(scope);
  const tell = (word: WorkerWord) => post(messageOf(secret, word));
  const say = (text: string) => tell({ is: 'say', text });
  const send = (text: string, at: number) => {
    if (text.startsWith(REACHED)) return tell({ is: 'reached', at: Number(text.slice(REACHED.length)) });
    if (text !== CLOSED) return tell({ is: 'commit', at, text });
    tell({ is: 'closed' });
    return close();
  };
  const order = openOrder(send, refuseWith(say));
  const reporter = openReporter(origin, order);
  const end = () => order.add(() => CLOSED);
  const hear: Hear = {
    ask: ({ at }) => order.add(() => `${REACHED}${at}`),
    end,
    written: ({ of, number }) => reporter.written(of, number),
  };
  const begin = listen(scope, secret, hear);
  wrapMethod(scope, 'close', () => end);
  Object.defineProperty(scope, 'name', { value: name, configurable: true, writable: true });
  const load = setAddress(href);
  if (options.channel !== undefined) {
    recordDatabases(reporter);
    hearAnswers(() => say(''));
  }
  if (options.bridges.includes('keys')) bridgeKeys(openSealer(options.sealKey));
  if (options.bridges.includes('caches')) bridgeCaches();
  if (options.bridges.includes('cursor-request')) bridgeCursorRequest();
  run(start, load, () => {
    tell({ is: 'started' });
    begin();
  }).catch((error: unknown) => {
    tell({ is: 'failed', ...(error === NOT_LOADED ? {} : { message: messageFor(error) }) });
    begin();
  });
}

function messageFor(error: unknown): string {
  return error instanceof Error && error.message === UNKNOWN ? UNKNOWN : `Uncaught ${String(error)}`;
}

/** What browsers say of an error whose text they hide. */
const UNKNOWN = 'Script error.';

/** What the order has after all commits so far: when the document asks, its time too; and when the worker ends. */
const REACHED = 'reached';
const CLOSED = 'closed';

type Hear = { readonly [K in DocumentWord['is']]: (word: Extract<DocumentWord, { is: K }>) => void };

/** Stands for the error of a script that did not load: it has no message. */
const NOT_LOADED = Symbol('not loaded');

/**
 * Hears the words of the document. Messages of the page wait until the returned function is called: the browser delivers them once the
 * script of the page has run.
 */
function listen(scope: Scope, secret: string, hear: Hear): () => void {
  const { addEventListener } = EventTarget.prototype;
  const dataOf = dataGetter();
  let early: unknown[] | undefined = [];
  addEventListener.call(scope, 'message', (event) => {
    const data = dataOf(event);
    const word = wordIn<DocumentWord>(secret, data);
    if (word === undefined) early?.push(data);
    else (hear[word.is] as (word: DocumentWord) => void)(word);
  });
  hideEvents(scope, 'message', (_, event) => early !== undefined || wordIn(secret, dataOf(event)) !== undefined);
  return () => {
    const waiting = early ?? [];
    early = undefined;
    for (const data of waiting) scope.dispatchEvent(new MessageEvent('message', { data }));
  };
}

type Load = ReturnType<typeof setAddress>;

async function run({ href, source, isModule, secret }: WorkerStart, load: Load, begin: () => void): Promise<void> {
  if (isModule) {
    await load.module(source);
    return begin();
  }
  if (source !== href) {
    load.script(source);
    return ranToItsEnd(secret, begin);
  }
  // The address is fetched first: loading a script by its address blocks the whole connection until the server has answered.
  const text = await load.text(source).catch(() => {
    throw NOT_LOADED;
  });
  if (/^https?:/.test(href) && /\bimport\s*\(/.test(text)) {
    // A script without an address of its own resolves no relative `import()`.
    load.script(source);
    return begin();
  }
  load.inline(text + lastLine(secret));
  ranToItsEnd(secret, begin);
}

/** Lightpanda does not say that a script which `importScripts` ran has thrown, nor what: the script did not come to its last line. */
function ranToItsEnd(secret: string, begin: () => void): void {
  const isAtEnd = secret in globalThis;
  Reflect.deleteProperty(globalThis, secret);
  if (!isAtEnd) throw new Error(UNKNOWN);
  begin();
}
