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

/** Navigation of the page that `session` belongs to. */
export async function openNavigation(session: Session, calls: Calls): Promise<Navigation> {
  const documents = await followDocuments(session);
  return {
    documents,
    async goto(url, options = {}) {
      if (!URL.canParse(url)) throw invalidArgument('The address to go to is not a URL.', 'Give an absolute one.');
      const what = `Opening ${shownUrl(url)}`;
      await calls.run(what, { timeout: TIMEOUT, ...options }, async (over) => {
        over.addEventListener('abort', () => stopLoading(session), { once: true });
        const { loaderId, errorText } = await session.send('Page.navigate', { url });
        if (errorText) {
          // A renderer that crashed over the document says only this as yet; asked again, it says nothing more.
          await documents.refresh();
          throw pageUnreachable(url, errorText);
        }
        // None: the same document, at another fragment.
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

/** A navigation that was given up must not arrive later, under somebody else's call. */
function stopLoading(session: Session): void {
  // It fails only where the page or the browser is gone, which stops it as well.
  session.send('Page.stopLoading').catch(() => undefined);
}
