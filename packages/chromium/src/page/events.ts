import type { PageEvents } from '@wakey/core';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../session.js';

type Listener<E extends keyof PageEvents> = (payload: PageEvents[E]) => void;

/** Passes the page's events to listeners. */
export interface PageNews {
  on<E extends keyof PageEvents>(event: E, listener: Listener<E>): () => void;
  tell<E extends keyof PageEvents>(event: E, payload: PageEvents[E]): void;
}

/** Creates the events of a page, without listeners. */
export function openNews(): PageNews {
  const listeners: { readonly [E in keyof PageEvents]: Set<Listener<E>> } = {
    navigated: new Set(),
    console: new Set(),
    'page-error': new Set(),
    crashed: new Set(),
  };
  return {
    on(event, listener) {
      // Each subscription gets its own wrapper, because the same function may subscribe twice.
      const own: typeof listener = (payload) => listener(payload);
      listeners[event].add(own);
      return () => listeners[event].delete(own);
    },
    tell(event, payload) {
      for (const listener of [...listeners[event]]) {
        try {
          listener(payload);
        } catch (error) {
          // The listener failed: emit a warning, and still call the other listeners.
          process.emitWarning(error instanceof Error ? error : String(error));
        }
      }
    },
  };
}

/** Passes on the page's console messages and uncaught exceptions. */
export function reportConsole(session: Session, news: PageNews): void {
  session.on('Runtime.consoleAPICalled', ({ type, args }) => {
    news.tell('console', { level: type, text: args.map(textOf).join(' ') });
  });
  session.on('Runtime.exceptionThrown', ({ exceptionDetails: { exception, text } }) => {
    const told = exception === undefined ? text : textOf(exception);
    news.tell('page-error', { message: told.split('\n    at ')[0] ?? told });
  });
}

function textOf({ type, value, unserializableValue, description }: Protocol.Runtime.RemoteObject): string {
  if (type === 'string') return String(value);
  return unserializableValue ?? description ?? JSON.stringify(value) ?? type;
}
