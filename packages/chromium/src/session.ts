import type { ProtocolMapping } from 'devtools-protocol/types/protocol-mapping.js';
import type { ProtocolSession } from './library.js';
import { refuseTooLarge } from './pipe.js';

/** A session of the protocol with typed commands and events. */
export interface Session {
  send<M extends keyof Commands>(method: M, ...params: Commands[M]['paramsType']): Promise<Commands[M]['returnType']>;
  on<E extends keyof Events>(event: E, listener: (params: Events[E][0]) => void): void;
}

type Commands = ProtocolMapping.Commands;
type Events = ProtocolMapping.Events;

/**
 * Adds the protocol's types to a library's session, and refuses a message that would end the connection before it is
 * sent.
 */
export function typedSession(session: ProtocolSession): Session {
  return {
    // The types are generated from the protocol, so they match what a command takes and returns.
    async send(method, ...[params]) {
      if (lettersIn(params) > WORTH_MEASURING) refuseTooLarge(JSON.stringify(params));
      return (await session.send(method, params as object | undefined)) as never;
    },
    on: (event, listener) => session.on(event, listener as (params: never) => void),
  };
}

const WORTH_MEASURING = 10_000_000;

function lettersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + lettersIn(item), 0);
}
