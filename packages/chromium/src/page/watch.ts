import { WakeyError } from '@wakey/core';
import type { Calls } from '@wakey/host';
import type { Session } from '../session.js';
import type { PageNews } from './events.js';

/** Ends the page's calls when its renderer crashes or the page is closed: after that the library hangs. */
export function watchForCrash(page: Closing, calls: Calls, news: PageNews): void {
  let isOver = false;
  const crash = (detail: string) => {
    if (isOver || calls.ended() !== undefined) return;
    isOver = true;
    calls.end(
      new WakeyError('page-crashed', {
        what: `The page is gone: ${detail}.`,
        hint: 'Close the browser and start a new browser on the same profile.',
        details: { detail },
      }),
    );
    news.tell('crashed', { detail });
  };
  page.session.on('Inspector.targetCrashed', () => crash('its renderer crashed'));
  // Wait a moment: if the whole connection is gone, its owner reports that first.
  page.onClosed(() => setImmediate(() => crash('it was closed')));
}

interface Closing {
  readonly session: Session;
  onClosed(listener: () => void): void;
}
