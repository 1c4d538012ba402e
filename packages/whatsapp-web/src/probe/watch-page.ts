import type { Finder } from './finder.js';
import { attempt, functionOf, objectOf, type PageWindow } from './page-window.js';
import type { Need } from './table.js';

/** What is done about an event of the page. */
type Handler = (values: readonly unknown[]) => void;

/** What the page's events lead to. */
export interface PageHandlers {
  readonly changed: () => void;
  readonly logout: Handler;
  readonly banned: Handler;
  readonly restricted: Handler;
  /** The handlers of the link code's own events, by name. */
  readonly linkCode: Readonly<Record<string, Handler>>;
  /** Whether the page's modules are still arriving, so that there is nothing to listen to yet. */
  readonly isBooting: () => boolean;
}

/** How often levels are looked at anew, so that an event that never fires only costs time. */
const tickMs = 500;
const bootTickMs = 50;

/** Listens to the page's emitters as they arrive, to the document's code, and to the time. */
export function watchPage(page: PageWindow, finder: Finder, handlers: PageHandlers): { look(): void } {
  const { changed, logout, banned, restricted, linkCode, isBooting } = handlers;
  const heard = new Set<unknown>();

  const wanted: readonly (readonly [Need, Readonly<Record<string, Handler>>])[] = [
    ['has-synced', namesTo(changed, 'change:state', 'change:stream', 'change:hasSynced', 'change:mode', 'change:info')],
    ['qr-ref', namesTo(changed, 'change:ref')],
    ['sync-events', namesTo(changed, 'offline_progress_update', 'offline_progress_update_from_bridge', 'main_loaded')],
    ['logout-events', namesTo(logout, 'logout', 'logout_from_bridge')],
    ['backend-events', { ...namesTo(changed, 'set_socket_state'), ...namesTo(banned, 'account_temporarily_banned') }],
    ['ban-events', namesTo(banned, 'account_temporarily_banned_from_bridge')],
    [
      'restriction-events',
      namesTo(restricted, 'reachout_timelock_state_change', 'new_chat_message_capping_state_change'),
    ],
    ['link-code-events', linkCode],
    ['adv-secret-events', namesTo(changed, 'change')],
  ];

  function listen(emitter: unknown, events: Readonly<Record<string, Handler>>): void {
    const on = functionOf(objectOf(emitter)?.on);
    if (on === undefined) return;
    for (const [name, handle] of Object.entries(events)) {
      // Nothing of ours may throw into the page's own event loop.
      const listener = (...values: readonly unknown[]) => {
        attempt(() => handle(values));
        changed();
      };
      attempt(() => on.call(emitter, name, listener));
    }
  }

  function look(): void {
    for (const [need, events] of wanted) {
      for (const { place, values } of finder.every(need)) {
        const key = `${need} ${JSON.stringify(place)}`;
        if (heard.has(key) || !('module' in place)) continue;
        heard.add(key);
        listen(values[0], events);
      }
    }
  }

  new page.MutationObserver(changed).observe(page.document, {
    subtree: true,
    attributes: true,
    attributeFilter: ['data-ref'],
  });
  for (const name of ['online', 'offline'] as const) page.addEventListener(name, changed);
  function tick(): void {
    changed();
    setTimeout(tick, isBooting() ? bootTickMs : tickMs);
  }
  tick();
  return { look };
}

function namesTo(handler: Handler, ...names: readonly string[]): Readonly<Record<string, Handler>> {
  return Object.fromEntries(names.map((name) => [name, handler]));
}
