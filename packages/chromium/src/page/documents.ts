import type { GotoOptions } from '@wakey/core';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../session.js';
import { pageUnreachable } from './errors.js';

/** Follows the documents of the main frame: which one is shown and how far it has loaded. */
export interface Documents {
  readonly mainFrame: string;
  url(): string;
  /** Returns how many documents have arrived so far. */
  count(): number;
  /** Returns the number of this document in the order of arrival; undefined before it arrives. */
  ordinal(loader: string): number | undefined;
  /**
   * Resolves when the newest document has loaded as far as `until` and `isThere` holds: a page may navigate to another
   * before it has loaded. Rejects with `page-unreachable` if the browser shows its error page instead.
   */
  reached(until: NonNullable<GotoOptions['until']>, isThere: () => boolean, over: AbortSignal): Promise<void>;
  /**
   * Asks the browser for the address again, because the browser reports a new fragment only after it has answered the
   * navigation. An answer counts only if no event changed the address meanwhile.
   */
  refresh(): Promise<void>;
  onNavigated(listener: (url: string) => void): void;
}

/** Starts to follow the documents. The domain `Page` must be enabled. */
export async function followDocuments(session: Session): Promise<Documents> {
  const ordinals = new Map<string, number>();
  const marks = new Map<string, Set<string>>();
  const watchers = new Set<() => void>();
  const listeners: ((url: string) => void)[] = [];
  let current: Shown = NONE;
  let count = 0;
  /** How many events have changed `current` so far. */
  let changes = 0;
  const changed = () => {
    for (const watcher of [...watchers]) watcher();
  };

  session.on('Page.frameNavigated', ({ frame }) => {
    if (frame.parentId !== undefined) return;
    current = frame;
    changes += 1;
    count += 1;
    ordinals.set(frame.loaderId, count);
    for (const old of [...ordinals.keys()].slice(0, -KEPT)) {
      ordinals.delete(old);
      marks.delete(old);
    }
    changed();
    for (const listener of listeners) listener(addressOf(frame));
  });
  session.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
    // Before the first answer the frame of this fragment is unknown, so `refresh` asks again.
    if (current !== NONE && frameId !== current.id) return;
    changes += 1;
    if (current !== NONE) current = { ...current, url, urlFragment: '' };
  });
  session.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) => {
    if (frameId !== current.id) return;
    if (!marks.has(loaderId)) marks.set(loaderId, new Set());
    marks.get(loaderId)?.add(name);
    changed();
  });
  const refresh = async () => {
    let answered: Shown = current;
    for (let asked = 0; asked < MOST_ASKED; asked += 1) {
      const before = changes;
      answered = (await session.send('Page.getFrameTree')).frameTree.frame;
      // An event that arrived meanwhile may be newer or older than the answer, so only another answer is certain.
      if (changes !== before) continue;
      current = answered;
      return;
    }
    // The page keeps navigating; its events are the newest information about it.
    if (current === NONE) current = answered;
  };
  await refresh();
  const mainFrame = current.id;
  await session.send('Page.setLifecycleEventsEnabled', { enabled: true });

  const hasCome = (until: NonNullable<GotoOptions['until']>) => {
    const mark = MARKS[until];
    return mark === undefined || marks.get(current.loaderId)?.has(mark) === true;
  };
  return {
    mainFrame,
    url: () => addressOf(current),
    count: () => count,
    ordinal: (loader) => ordinals.get(loader),
    refresh,
    onNavigated: (listener) => void listeners.push(listener),
    reached: (until, isThere, over) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!isThere()) return;
          if (current.unreachableUrl !== undefined)
            reject(pageUnreachable(current.unreachableUrl, 'it has no document'));
          else if (hasCome(until)) resolve();
          else return;
          watchers.delete(check);
        };
        watchers.add(check);
        over.addEventListener('abort', () => watchers.delete(check), { once: true });
        check();
      }),
  };
}

/** The current document. */
type Shown = Pick<Protocol.Page.Frame, 'id' | 'loaderId' | 'url' | 'urlFragment' | 'unreachableUrl'>;

/** The placeholder before the browser has named a document. */
const NONE: Shown = { id: '', loaderId: '', url: 'about:blank' };

/** How often `refresh` asks at most if an event arrives each time. */
const MOST_ASKED = 5;

/** How many documents are remembered: enough for a long row of redirects. */
const KEPT = 16;

const MARKS = { commit: undefined, dom: 'DOMContentLoaded', load: 'load' } as const;

function addressOf(frame: Shown): string {
  return `${frame.unreachableUrl ?? frame.url}${frame.urlFragment ?? ''}`;
}
