import { WakeyError } from '@wakey/core';
import type { CDPSession, Page } from 'puppeteer-core';
import type { Fate } from '../fate.js';
import type { PageNews } from './events.js';

/** Ends the page's fate when its renderer crashes or the page is closed: after that the library only hangs. */
export function watchForCrash(page: Page, session: CDPSession, fate: Fate, news: PageNews): void {
  let isOver = false;
  const crash = (detail: string) => {
    if (isOver || fate.error() !== undefined) return;
    isOver = true;
    fate.end(
      new WakeyError('page-crashed', {
        what: `The page is gone: ${detail}.`,
        todo: 'Close the browser and start it again on the same profile.',
        details: { detail },
      }),
    );
    news.tell('crashed', { detail });
  };
  session.on('Inspector.targetCrashed', () => crash('its renderer crashed'));
  page.once('close', () => {
    // Where the whole connection is gone, its owner says so first.
    if (page.browser().connected) setImmediate(() => crash('it was closed'));
  });
}

/** An open dialog stops the page. Without a listener of the bot's own it is answered as if nobody were there. */
export function dismissDialogs(page: Page): void {
  page.on('dialog', async (dialog) => {
    if (page.listenerCount('dialog') > 1) return;
    const answer = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    // It fails only where the dialog went away with its page.
    await answer.catch(() => undefined);
  });
}
