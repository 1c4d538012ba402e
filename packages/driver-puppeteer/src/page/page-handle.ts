import type { PageHandle } from '@wakey/core';
import type { CDPSession, Page } from 'puppeteer-core';
import type { Fate } from '../fate.js';
import { followContexts } from './contexts.js';
import { openCookieJar } from './cookies.js';
import { openEvaluate, type Script } from './evaluate.js';
import { openNews, reportConsole } from './events.js';
import { openExpose } from './expose.js';
import { openNavigation, UNTIMED } from './navigate.js';
import { dismissDialogs, watchForCrash } from './watch.js';

/** The contract's page over one page of puppeteer, by a session of the protocol that is ours alone. */
export async function openPageHandle(page: Page, session: CDPSession, fate: Fate): Promise<PageHandle<Page>> {
  const news = openNews();
  watchForCrash(page, session, fate, news);
  dismissDialogs(page);
  await Promise.all([session.send('Page.enable'), session.send('Inspector.enable')]);
  const navigation = await openNavigation(session, fate);
  const { documents, goto, reload } = navigation;
  const contexts = followContexts(session, documents.mainFrame);
  reportConsole(session, news);
  await session.send('Runtime.enable');
  documents.onNavigated((url) => news.tell('navigated', { url }));
  const run = openEvaluate(session, contexts, fate);
  const expose = await openExpose({ session, contexts, fate, evaluate: run });

  return {
    native: page,
    goto,
    reload,
    url: documents.url,
    // Its type is the caller's claim about the script; that the value is JSON, `run` proves.
    evaluate: ((script: Script, argument: unknown, options) =>
      run(script, argument, options)) as PageHandle<Page>['evaluate'],
    async addInitScript(source, options = {}) {
      await fate.race('Adding a script', TIMEOUT, options, async () => {
        await session.send('Page.addScriptToEvaluateOnNewDocument', { source });
      });
    },
    expose,
    ...openCookieJar(session, fate),
    screenshot: (options = {}) =>
      fate.race('Taking a screenshot', TIMEOUT, options, async () => {
        const { data } = await session.send('Page.captureScreenshot', { format: 'png' }, UNTIMED);
        return new Uint8Array(Buffer.from(data, 'base64'));
      }),
    on: news.on,
  };
}

const TIMEOUT = 30_000;
