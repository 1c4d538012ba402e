import type { GotoOptions } from '@wakey/core';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../session.js';
import { pageUnreachable } from './errors.js';

/** Follows the documents of the main frame: which one is there and how far it has come. */
export interface Documents {
  readonly mainFrame: string;
  url(): string;
  /** How many documents came so far. */
  count(): number;
  /** How many had come once this one was there; undefined while it is not. */
  ordinal(loader: string): number | undefined;
  /**
   * Resolves when the newest document has come as far as `until`, once `isThere` holds: a page may lead on to another
   * before it has loaded itself. Rejects with `page-unreachable` where the browser shows its error page instead.
   */
  reached(until: NonNullable<GotoOptions['until']>, isThere: () => boolean, over: AbortSignal): Promise<void>;
  /**
   * Asks for the address again: the browser reports a new fragment only after it has answered. An answer counts only if
   * no event changed the address meanwhile.
   */
  refresh(): Promise<void>;
  onNavigated(listener: (url: string) => void): void;
}

/** Begins to follow; the page's domain must be enabled. */
export async function followDocuments(session: Session): Promise<Documents> {
  const ordinals = new Map<string, number>();
  const marks = new Map<string, Set<string>>();
  const watchers = new Set<() => void>();
  const listeners: ((url: string) => void)[] = [];
  let current: Shown = NONE;
  let count = 0;
  /** How many events changed `current` so far. */
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
    // Before the first answer nobody knows whose fragment it is: the answer is asked for again.
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
      // An event that came meanwhile may be newer than the answer, or older: only another answer tells.
      if (changes !== before) continue;
      current = answered;
      return;
    }
    // The page never rests; its events are the newest that is known of it.
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

/** The document that is there. */
type Shown = Pick<Protocol.Page.Frame, 'id' | 'loaderId' | 'url' | 'urlFragment' | 'unreachableUrl'>;

/** Before the browser has named one. */
const NONE: Shown = { id: '', loaderId: '', url: 'about:blank' };

/** How often the frames are asked for at most, where events come in between each time. */
const MOST_ASKED = 5;

/** Documents whose progress is remembered: enough for pages that lead on and on. */
const KEPT = 16;

const MARKS = { commit: undefined, dom: 'DOMContentLoaded', load: 'load' } as const;

function addressOf(frame: Shown): string {
  return `${frame.unreachableUrl ?? frame.url}${frame.urlFragment ?? ''}`;
}
