import type { GotoOptions } from '@wakey/core';
import { type Bidi, BidiError } from './bidi.ts';

/** Follows the documents of one page: which document the page shows, and how far it has loaded. */
export interface Documents {
  /** The protocol's id of the page (its browsing context). */
  readonly context: string;
  url(): string;
  /** Whether the navigation with this id brought a new document; a navigation to a fragment brings none. */
  hasCome(navigation: string): boolean;
  /** Resolves once the newest document has loaded this far. A page may lead on to another document before it has loaded. */
  reached(until: NonNullable<GotoOptions['until']>, over: AbortSignal): Promise<void>;
  /** Resolves when another document replaces the present one. */
  whenGone(over: AbortSignal): Promise<void>;
  onNavigated(listener: (url: string) => void): void;
  /** Calls the listener when the page is gone for good: its process crashed, or it was closed. */
  onDestroyed(listener: (how: string) => void): void;
}

/** Begins to follow the first page of a browser. */
export async function followDocuments({ send, on }: Bidi): Promise<Documents> {
  const { contexts } = await send<{ contexts: { context: string; url: string }[] }>('browsingContext.getTree', {});
  const [first] = contexts;
  if (first === undefined) throw new Error('Firefox has no page');
  const { context } = first;
  let { url } = first;
  let progress: 'commit' | 'dom' | 'load' = 'load';
  const navigations = new Set<string>();
  const onNavigated: ((url: string) => void)[] = [];
  const onDestroyed: ((how: string) => void)[] = [];
  const watchers = new Set<(isNew: boolean) => void>();
  const changed = (isNew = false) => {
    for (const watcher of [...watchers]) watcher(isNew);
  };
  const onOurs = (event: string, listener: (event: PageEvent) => void) =>
    on<PageEvent>(`browsingContext.${event}`, (params) => {
      if (params.context === context) listener(params);
    });

  const destroyed = (how: string) => {
    for (const listener of onDestroyed) listener(how);
  };

  onOurs('navigationCommitted', (event) => {
    if (event.url.startsWith('about:tabcrashed')) return destroyed(CRASHED);
    url = asked(event.url);
    progress = 'commit';
    navigations.add(event.navigation);
    changed(true);
    for (const listener of onNavigated) listener(url);
  });
  for (const event of ['fragmentNavigated', 'historyUpdated']) {
    onOurs(event, (there) => {
      url = there.url;
    });
  }
  for (const [event, mark] of [
    ['domContentLoaded', 'dom'],
    ['load', 'load'],
  ] as const) {
    onOurs(event, () => {
      progress = mark;
      changed();
    });
  }
  onOurs('contextDestroyed', () => destroyed('it was closed'));
  // BiDi has no event for a crash. Firefox then shows a document of its own and refuses to run scripts in it.
  on<{ readonly context?: string }>('script.realmCreated', (realm) => {
    if (realm.context !== context) return;
    send('script.callFunction', { functionDeclaration: '() => 0', target: { context }, awaitPromise: false }).catch(
      (error: unknown) => {
        if (error instanceof BidiError && error.code === 'unsupported operation') destroyed(CRASHED);
      },
    );
  });
  const watch = (over: AbortSignal, isDone: (isNew: boolean) => boolean) =>
    new Promise<void>((resolve) => {
      const watcher = (isNew: boolean) => {
        if (!isDone(isNew)) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      over.addEventListener('abort', () => watchers.delete(watcher), { once: true });
      watcher(false);
    });

  return {
    context,
    url: () => url,
    hasCome: (navigation) => navigations.has(navigation),
    reached: (until, over) => watch(over, () => MARKS.indexOf(progress) >= MARKS.indexOf(until)),
    whenGone: (over) => watch(over, (isNew) => isNew),
    onNavigated: (listener) => void onNavigated.push(listener),
    onDestroyed: (listener) => void onDestroyed.push(listener),
  };
}

const CRASHED = 'its process crashed';

const MARKS = ['commit', 'dom', 'load'];

interface PageEvent {
  readonly context: string;
  readonly navigation: string;
  readonly url: string;
}

/** The requested address: an error page of Firefox carries it in its own address. */
function asked(url: string): string {
  return url.startsWith('about:neterror') ? (new URL(url).searchParams.get('u') ?? url) : url;
}
