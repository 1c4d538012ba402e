// So that whoever compiles this from its source finds it, too.
/// <reference path="./chrome-remote-interface.d.ts" />
import type { ProtocolSession } from '@wakey/chromium';
import type { Client } from 'chrome-remote-interface';

/** One session of the protocol, and a way in for events that Lightpanda itself does not send. */
export interface RawSession extends ProtocolSession {
  /** As `send`, for what is answered by an object. */
  ask(method: string, params: object): Promise<Readonly<Record<string, unknown>>>;
  /** Tells the listeners of an event. */
  tell(event: string, params: unknown): void;
}

/** The session `id` of a connection, or with none the browser's own. */
export function openSession(client: Client, id: string | undefined, isOver: () => boolean): RawSession {
  const listeners = new Map<string, Set<(params: never) => void>>();
  const tell = (event: string, params: unknown) => {
    // Who listens to an event knows what comes with it: the protocol's types say so.
    for (const listener of listeners.get(event) ?? []) listener(params as never);
  };
  client.on('event', ({ method, params, sessionId }) => {
    if (sessionId === id || id === undefined) tell(method, params);
  });
  const send = async (method: string, params: object = {}) => {
    try {
      return await client.send(method, params, ...(id === undefined ? [] : [id]));
    } catch (error) {
      throw translate(method, error, isOver());
    }
  };
  return {
    send,
    ask: async (method, params) => (await send(method, params)) as Readonly<Record<string, unknown>>,
    on(event, listener) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
    },
    tell,
  };
}

/** Says in the words that Chromium has for it what went wrong: those are the ones that are understood. */
function translate(method: string, error: unknown, isOver: boolean): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (isOver || /WebSocket (connection closed|is not open)|Unknown ?sessionId|SessionIdNotLoaded/i.test(message)) {
    return new Error(`${method}: session closed`, { cause: error });
  }
  if (method === 'Storage.setCookies' && /InvalidParams|NotImplemented/.test(message)) {
    return new Error('Invalid cookie fields', { cause: error });
  }
  return error;
}
