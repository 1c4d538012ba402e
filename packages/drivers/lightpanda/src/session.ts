// A package that compiles this file from its source needs these types too.
/// <reference path="./chrome-remote-interface.d.ts" />
import type { ProtocolSession } from '@wakey/chromium';
import type { Client } from 'chrome-remote-interface';

/** One session of the protocol. `tell` adds events that Lightpanda itself does not send. */
export interface RawSession extends ProtocolSession {
  /** Does the same as `send`, for a command whose answer is an object. */
  ask(method: string, params: object): Promise<Readonly<Record<string, unknown>>>;
  /** Calls the listeners of an event. */
  tell(event: string, params: unknown): void;
}

/** The session `id` of a connection. Without an `id`, the session of the browser itself. */
export function openSession(client: Client, id: string | undefined, isOver: () => boolean): RawSession {
  const listeners = new Map<string, Set<(params: never) => void>>();
  const tell = (event: string, params: unknown) => {
    // A listener knows the parameters of its event from the types of the protocol.
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

/**
 * Translates an error of Lightpanda into Chromium's message for the same error, because the Chromium driver understands
 * that message.
 */
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
