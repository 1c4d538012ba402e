import type { GotoOptions } from '@wakey/core';
import type { Calls } from '@wakey/host';
import type { Session } from '../session.js';
import { type Documents, followDocuments } from './documents.js';
import { invalidArgument, pageUnreachable, shownUrl } from './errors.js';

/** Loads documents into the page. */
export interface Navigation {
  goto(url: string, options?: GotoOptions): Promise<void>;
  reload(options?: GotoOptions): Promise<void>;
  readonly documents: Documents;
}

/** Creates the navigation of the page of `session`. */
export async function openNavigation(session: Session, calls: Calls): Promise<Navigation> {
  const documents = await followDocuments(session);
  return {
    documents,
    async goto(url, options = {}) {
      if (!URL.canParse(url)) throw invalidArgument('The address of the page is not a URL.', 'Give an absolute URL.');
      const what = `Opening ${shownUrl(url)}`;
      await calls.run(what, { timeout: TIMEOUT, ...options }, async (over) => {
        over.addEventListener('abort', () => stopLoading(session), { once: true });
        const { loaderId, errorText } = await session.send('Page.navigate', { url });
        if (errorText) {
          // A renderer that crashed while it loaded the document reports only this error; asking again brings no more.
          await documents.refresh();
          throw pageUnreachable(url, errorText);
        }
        // No loader: the same document with another fragment.
        if (loaderId === undefined) return documents.refresh();
        await documents.reached(options.until ?? 'load', () => documents.ordinal(loaderId) !== undefined, over);
      });
    },
    async reload(options = {}) {
      await calls.run('Reloading the page', { timeout: TIMEOUT, ...options }, async (over) => {
        const before = documents.count();
        const isThere = () => documents.count() > before;
        over.addEventListener('abort', () => stopLoading(session), { once: true });
        await session.send('Page.reload', {});
        await documents.reached(options.until ?? 'load', isThere, over);
      });
    },
  };
}

const TIMEOUT = 30_000;

/** Stops a navigation that was given up, so that its document does not arrive during a later call. */
function stopLoading(session: Session): void {
  // The command fails only if the page or the browser is gone, which also stops the navigation.
  session.send('Page.stopLoading').catch(() => undefined);
}
