import type { PageHandle } from '@wakey/core';
import type { Calls } from '@wakey/host';
import type { Session } from '../session.js';
import { followContexts } from './contexts.js';
import { openCookieJar } from './cookies.js';
import { openEvaluate, type Script } from './evaluate.js';
import { openNews, reportConsole } from './events.js';
import { openExpose } from './expose.js';
import { openNavigation } from './navigate.js';
import { watchForCrash } from './watch.js';

/** Creates the contract's page over one page of a library, with a session of the protocol that only Wakey uses. */
export async function openPageHandle<Native>(page: OpenPage<Native>, calls: Calls): Promise<PageHandle<Native>> {
  const { native, session } = page;
  const news = openNews();
  watchForCrash(page, calls, news);
  await Promise.all([session.send('Page.enable'), session.send('Inspector.enable')]);
  const navigation = await openNavigation(session, calls);
  const { documents, goto, reload } = navigation;
  const contexts = followContexts(session, documents.mainFrame);
  reportConsole(session, news);
  await session.send('Runtime.enable');
  documents.onNavigated((url) => news.tell('navigated', { url }));
  const run = openEvaluate(session, contexts, calls);
  const expose = await openExpose({ session, contexts, calls, evaluate: run });

  return {
    native,
    goto,
    reload,
    url: documents.url,
    // The caller claims the type of the result; `run` guarantees that the result is JSON.
    evaluate: ((script: Script, argument: unknown, options) =>
      run(script, argument, options)) as PageHandle<Native>['evaluate'],
    async addInitScript(source, options = {}) {
      await calls.run('Adding a script', { timeout: TIMEOUT, ...options }, async () => {
        await session.send('Page.addScriptToEvaluateOnNewDocument', { source });
      });
    },
    expose,
    ...openCookieJar(session, calls),
    screenshot: (options = {}) =>
      calls.run('Taking a screenshot', { timeout: TIMEOUT, ...options }, async () => {
        const { data } = await session.send('Page.captureScreenshot', { format: 'png' });
        return new Uint8Array(Buffer.from(data, 'base64'));
      }),
    on: news.on,
  };
}

/** One page of a library, and the notice of its end. */
export interface OpenPage<Native> {
  readonly native: Native;
  readonly session: Session;
  /** Calls `listener` once when the page was closed while the browser still runs. */
  onClosed(listener: () => void): void;
}

const TIMEOUT = 30_000;
