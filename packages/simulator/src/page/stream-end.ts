import type { StreamError } from '../protocol.ts';
import type { PageContext } from './context.ts';
import type { LogoutWords } from './leave.ts';
import { setSocketState, setStream } from './models/models.ts';
import type { LogoutReason, SocketState } from './models/states.ts';
import type { PairingScreen } from './pairing.ts';

/** Handles the reasons for which the service ends a stream. */
export interface StreamEnd {
  handle(error: StreamError): void | Promise<void>;
  /** Takes the connection back from the client that holds it. Throws if there is no conflict. */
  takeover(): void;
}

interface StreamEndParts {
  readonly context: PageContext;
  readonly pairing: PairingScreen;
  readonly connect: () => void;
  /** Closes the connection and opens none until {@link connect} is called. */
  readonly stopComms: () => void;
  /** Opens a connection again after a delay. */
  readonly retry: () => void;
  readonly leave: (reason?: LogoutReason, words?: LogoutWords) => Promise<void>;
}

/** See {@link StreamEnd}. */
export function makeStreamEnd({ context, pairing, connect, stopComms, retry, leave }: StreamEndParts): StreamEnd {
  const { models, view, clock, troubles, bridge, updater } = context;

  function takeover(): void {
    if (models.socket.state !== 'CONFLICT') throw new Error('Takeover called without conflict!');
    connect();
  }

  function standBack(): void {
    stopComms();
    if (troubles.now().replaced === 'stopped') return;
    setSocketState(models, 'CONFLICT');
    setStream(models, 'CONFLICT', 'NORMAL');
    view.showConflict(takeover);
  }

  function block(state: SocketState): void {
    stopComms();
    pairing.end();
    setSocketState(models, state);
    setStream(models, state as 'TOS_BLOCK', 'NORMAL');
    view.showBlocked(state.toLowerCase());
  }

  const handlers: { readonly [K in StreamError['kind']]: Handler<K> } = {
    async restart() {
      stopComms();
      await clock.pass(300);
      connect();
    },
    replaced: standBack,
    terms: () => block('TOS_BLOCK'),
    outdated() {
      if (troubles.now().outdatedForm === 'state') return block('DEPRECATED_VERSION');
      // The newest build has no such state: it requests an update and stops its connection.
      void updater.update({ belowHard: 0 });
      stopComms();
    },
    unavailable() {
      bridge.tell('service_unavailable_503');
      retry();
    },
    'proxy-blocked': () => block('PROXYBLOCK'),
    'temporarily-banned': ({ code, message, url, expire }) => {
      bridge.tell('account_temporarily_banned', { banned: true, code, message, url, expire });
      view.showBlocked('temporary-ban');
      retry();
    },
    'device-removed': () => {
      bridge.tell('starting_logout');
      return leave();
    },
    'unknown-device': () => leave(),
    banned: () => leave(),
    locked: ({ header, subtext }) => leave('account_locked', { header, subtext }),
  };

  return {
    takeover,
    handle(error) {
      // The table's type guarantees that each handler takes the errors of its own kind.
      const handler = handlers[error.kind] as (error: StreamError) => void | Promise<void>;
      return handler(error);
    },
  };
}

type Handler<K extends StreamError['kind']> = (error: Extract<StreamError, { kind: K }>) => void | Promise<void>;
