import { type PageEvents, type PageHandle, WakeyError } from '@wakey/core';
import type { Calls } from '@wakey/host';
import type { Page } from 'puppeteer-core';
import type { Bidi } from './bidi.ts';
import { openCookies } from './cookies.ts';
import { followDocuments } from './documents.ts';
import { openEvaluate } from './evaluate.ts';
import { openExpose } from './expose.ts';
import { openNavigation } from './navigate.ts';

/** The first page of a Firefox, as the page of Wakey's contract. */
export async function openPage(bidi: Bidi, calls: Calls): Promise<PageHandle<Page>> {
  const { send, on, browser } = bidi;
  const [native] = await browser.pages();
  if (native === undefined) throw new Error('Puppeteer found no page in Firefox');
  const documents = await followDocuments(bidi);
  const { context } = documents;
  const news = openNews();
  await send('session.subscribe', {
    events: ['browsingContext', 'log.entryAdded', 'script.message', 'script.realmCreated'],
  });
  // Firefox refuses silently to close its last page. With a second page behind it, a bot can close the first one.
  await send('browsingContext.create', { type: 'tab', background: true });
  documents.onNavigated((url) => news.tell('navigated', { url }));
  documents.onDestroyed((how) => {
    if (calls.ended() !== undefined) return;
    const hint = 'Close the browser and start a new browser on the same profile.';
    calls.end(new WakeyError('page-crashed', { what: `The page is gone: ${how}.`, hint }));
    news.tell('crashed', { detail: how });
  });
  on<LogEntry>('log.entryAdded', ({ source, type, level, method = level, text }) => {
    if (source.context !== context) return;
    if (type === 'console') news.tell('console', { level: method, text });
    else if (level === 'error') news.tell('page-error', { message: text });
  });
  on<{ readonly context: string; readonly type: string }>('browsingContext.userPromptOpened', (prompt) => {
    // An open dialog stops the page. If the bot has no listener for dialogs, the driver dismisses it, but lets the page be left.
    if (prompt.context !== context || native.listenerCount('dialog') > 0) return;
    const answer = { context, accept: prompt.type === 'beforeunload' };
    // The command fails only if the dialog closed with its page.
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
    // The caller claims the type of the result; the code in the page checks only that the result is JSON.
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

/** Hides `navigator.webdriver`: a driven Firefox sets it, and has no preference to turn it off. */
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
      // Each subscription gets a wrapper of its own, because the same function may subscribe twice.
      const own: Listener<E> = (payload) => listener(payload);
      listeners[event].add(own);
      return () => listeners[event].delete(own);
    },
    tell<E extends keyof PageEvents>(event: E, payload: PageEvents[E]): void {
      for (const listener of [...listeners[event]]) {
        try {
          listener(payload);
        } catch (error) {
          // A listener that throws must not stop the others, so its error becomes a warning of the process.
          process.emitWarning(error instanceof Error ? error : String(error));
        }
      }
    },
  };
}
