// A package that compiles this file from its source needs these types too.
/// <reference path="./chrome-remote-interface.d.ts" />
import type { ProtocolSession } from '@wakey/chromium';
import { WakeyError } from '@wakey/core';
import type { Client } from 'chrome-remote-interface';

/** One session of the protocol. `tell` adds events that Lightpanda itself does not send. */
export interface RawSession extends ProtocolSession {
  /** Does the same as `send`, for a command whose answer is an object. */
  ask(method: string, params: object): Promise<Answer>;
  /** Calls the listeners of an event. */
  tell(event: string, params: unknown): void;
}

/** The answer to a command. */
export type Answer = Readonly<Record<string, unknown>>;

/** Settings of a session. */
export interface SessionOptions {
  isOver(): boolean;
  /** The largest message that the browser accepts, in bytes; undefined if unknown. */
  readonly largest: number | undefined;
}

/** The session `id` of a connection. Without an `id`, the session of the browser itself. */
export function openSession(client: Client, id: string | undefined, options: SessionOptions): RawSession {
  const { listeners, tell } = openListeners();
  client.on('event', ({ method, params, sessionId }) => {
    if (sessionId === id || id === undefined) tell(method, params);
  });
  const send = async (method: string, params: object = {}) => {
    refuseTooLarge(method, params, options.largest);
    try {
      return await client.send(method, params, ...(id === undefined ? [] : [id]));
    } catch (error) {
      throw translate(method, error, options.isOver());
    }
  };
  return {
    send,
    ask: async (method, params) => (await send(method, params)) as Answer,
    on: listeners,
    tell,
  };
}

/** Listeners to events by name. */
export function openListeners() {
  const known = new Map<string, Set<(params: never) => void>>();
  return {
    listeners(event: string, listener: (params: never) => void): void {
      const all = known.get(event) ?? new Set();
      known.set(event, all.add(listener));
    },
    tell(event: string, params: unknown): void {
      // A listener knows the parameters of its event from the types of the protocol.
      for (const listener of known.get(event) ?? []) listener(params as never);
    },
  };
}

/** Throws if a command is so large that Lightpanda would close the connection, and lose all data of the page with it. */
function refuseTooLarge(method: string, params: object, largest: number | undefined): void {
  if (largest === undefined || lettersIn(params) * MOST_BYTES_A_LETTER + ENVELOPE <= largest) return;
  const size = Buffer.byteLength(JSON.stringify(params)) + ENVELOPE;
  if (size <= largest) return;
  throw new WakeyError('invalid-argument', {
    what: `The command ${method} has ${size} bytes; this Lightpanda accepts ${largest}.`,
    hint: 'Split the command into parts, or raise "--cdp-max-message-size" in "args".',
    details: { method, size, largest },
  });
}

/** How many letters the strings of a value have. Everything else in a command is short. */
function lettersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + lettersIn(item), 0);
}

/** A letter in JSON has at most this many bytes, as in "\u0000". */
const MOST_BYTES_A_LETTER = 6;

/** The size of a command without its parameters, in bytes. */
const ENVELOPE = 300;

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
