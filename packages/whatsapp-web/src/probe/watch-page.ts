import type { Finder } from './finder.js';
import { attempt, functionOf, objectOf, type PageWindow } from './page-window.js';
import type { Need } from './table.js';

/** Handles an event of the page. */
type Handler = (values: readonly unknown[]) => void;

/** Handlers of the page's events. */
export interface PageHandlers {
  readonly changed: () => void;
  readonly logout: Handler;
  readonly banned: Handler;
  readonly restricted: Handler;
  /** Handlers of the events of link codes, by name. */
  readonly linkCode: Readonly<Record<string, Handler>>;
  /** Whether modules are still arriving, so that emitters may be missing. */
  readonly isBooting: () => boolean;
}

/** Time between two readings of the page, so that a lost event only delays a report. */
const tickMs = 500;
const bootTickMs = 50;

/**
 * Listens to the page's emitters as they arrive and to changes of the document's code, and reads the page regularly.
 */
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
      // A listener of the probe must not throw into the page's event loop.
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
