import { type PageEvents, type PageHandle, WakeyError } from '@wakey/core';
import type { Calls } from '@wakey/host';
import type { Page } from 'puppeteer-core';
import type { Bidi } from './bidi.ts';
import { openCookies } from './cookies.ts';
import { followDocuments } from './documents.ts';
import { openEvaluate } from './evaluate.ts';
import { openExpose } from './expose.ts';
import { openNavigation } from './navigate.ts';

/** The contract's page over the first page of a Firefox. */
export async function openPage(bidi: Bidi, calls: Calls): Promise<PageHandle<Page>> {
  const { send, on, browser } = bidi;
  const [native] = await browser.pages();
  if (native === undefined) throw new Error('puppeteer sees no page');
  const documents = await followDocuments(bidi);
  const { context } = documents;
  const news = openNews();
  await send('session.subscribe', {
    events: ['browsingContext', 'log.entryAdded', 'script.message', 'script.realmCreated'],
  });
  // Firefox does not close its last page, and does not say so: with another one behind it, ours can be closed.
  await send('browsingContext.create', { type: 'tab', background: true });
  documents.onNavigated((url) => news.tell('navigated', { url }));
  documents.onDestroyed((how) => {
    if (calls.ended() !== undefined) return;
    const hint = 'Close the browser and start it again on the same profile.';
    calls.end(new WakeyError('page-crashed', { what: `The page is gone: ${how}.`, hint }));
    news.tell('crashed', { detail: how });
  });
  on<LogEntry>('log.entryAdded', ({ source, type, level, method = level, text }) => {
    if (source.context !== context) return;
    if (type === 'console') news.tell('console', { level: method, text });
    else if (level === 'error') news.tell('page-error', { message: text });
  });
  on<{ readonly context: string; readonly type: string }>('browsingContext.userPromptOpened', (prompt) => {
    // An open dialog stops the page. Without a listener of the bot's own it is answered as if nobody were there.
    if (prompt.context !== context || native.listenerCount('dialog') > 0) return;
    const answer = { context, accept: prompt.type === 'beforeunload' };
    // It fails only where the dialog went away with its page.
    send('browsingContext.handleUserPrompt', answer).catch(() => undefined);
  });
  const addInitScript = (source: string) =>
    send('script.addPreloadScript', { functionDeclaration: `() => { ${source}\n}`, contexts: [context] });
  await addInitScript(UNDRIVEN);
  const evaluate = openEvaluate(bidi, documents, calls);

  return {
    native,
    url: documents.url,
    ...openNavigation(bidi, documents, calls),
    // Its type is the caller's claim about the script; that the value is JSON, the page proves.
    evaluate: evaluate as PageHandle['evaluate'],
    addInitScript: (source, options = {}) =>
      calls.run('Adding a script', options, async () => {
        await addInitScript(source);
      }),
    expose: await openExpose(bidi, documents, calls, evaluate),
    ...openCookies(bidi, calls),
    screenshot: (options = {}) =>
      calls.run('Taking a screenshot', options, async () => {
        const { data } = await send<{ readonly data: string }>('browsingContext.captureScreenshot', { context });
        return new Uint8Array(Buffer.from(data, 'base64'));
      }),
    on: news.on,
  };
}

/** Firefox says of itself that it is driven, and has no switch for that. */
const UNDRIVEN = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false, configurable: true });";

interface LogEntry {
  readonly type: string;
  readonly level: string;
  readonly method?: string;
  readonly text: string;
  readonly source: { readonly context?: string };
}

type Listener<E extends keyof PageEvents> = (payload: PageEvents[E]) => void;

function openNews() {
  const listeners: { readonly [E in keyof PageEvents]: Set<Listener<E>> } = {
    navigated: new Set(),
    console: new Set(),
    'page-error': new Set(),
    crashed: new Set(),
  };
  return {
    on<E extends keyof PageEvents>(event: E, listener: Listener<E>): () => void {
      // A wrapper of its own for each subscription: the same function may subscribe twice.
      const own: Listener<E> = (payload) => listener(payload);
      listeners[event].add(own);
      return () => listeners[event].delete(own);
    },
    tell<E extends keyof PageEvents>(event: E, payload: PageEvents[E]): void {
      for (const listener of [...listeners[event]]) {
        try {
          listener(payload);
        } catch (error) {
          // The listener's own mistake: shown as what it is, without keeping the others from hearing.
          process.emitWarning(error instanceof Error ? error : String(error));
        }
      }
    },
  };
}
