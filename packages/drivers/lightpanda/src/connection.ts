import type { ChromiumConnection, LibraryPage } from '@wakey/chromium';
import type { ProxyOptions } from '@wakey/core';
import connect, { type Client } from 'chrome-remote-interface';
import { reportPageErrors } from './page-errors.js';
import { openSession, type RawSession } from './session.js';

/** A page of Lightpanda, with the commands and events of Lightpanda's own protocol. */
export interface LightpandaPage {
  /** Sends a command of the protocol to the page. Has no deadline of its own. */
  send(method: string, params?: object): Promise<unknown>;
  /** Listens to an event of the page. */
  on(event: string, listener: (params: never) => void): void;
  /** Closes the page. The browser keeps running without a page. */
  close(): Promise<void>;
}

/** Connects to a Lightpanda. Lightpanda allows one context with one page for each connection. */
export async function openConnection(
  endpoint: string,
  proxy?: ProxyOptions,
): Promise<ChromiumConnection<LightpandaPage>> {
  const client = await connect({ target: endpoint, local: true });
  const gone = openFarewell(client);
  const root = openSession(client, undefined, gone.isOver);
  const version = await versionOf(root);
  const page = async () => {
    const native = await openPage(client, gone, proxy);
    return { native, session: native, onClosed: native.onClosed, close: native.close };
  };
  return {
    root: {
      ...root,
      // Lightpanda answers `Browser.getVersion` with a fixed version of Chrome, so answer with the version of its build
      // instead.
      send: async (method, params) =>
        method === 'Browser.getVersion'
          ? { product: `Lightpanda/${version}`, userAgent: '' }
          : root.send(method, params),
    },
    firstPage: page,
    newPage: page,
    onDisconnected: gone.on,
    async disconnect() {
      await client.close();
      gone.tell();
    },
  };
}

interface OpenPage extends LightpandaPage, Pick<LibraryPage<unknown>, 'onClosed'> {}

/**
 * Opens the one page of the connection: first the context, because Lightpanda creates no context once a target exists.
 */
async function openPage(client: Client, gone: Farewell, proxy: ProxyOptions | undefined): Promise<OpenPage> {
  const root = openSession(client, undefined, gone.isOver);
  const { browserContextId } = await root.ask('Target.createBrowserContext', {
    ...(proxy === undefined ? {} : { proxyServer: proxy.server }),
  });
  const { targetId } = await root.ask('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await root.ask('Target.attachToTarget', { targetId, flatten: true });
  const session = openSession(client, String(sessionId), gone.isOver);
  const closed = new Set<() => void>();
  root.on('Target.detachedFromTarget', (params: { readonly sessionId?: string }) => {
    if (params.sessionId !== sessionId) return;
    for (const listener of closed) listener();
    closed.clear();
  });
  // Lightpanda loads workers and subframes by default before 1.0, and since 1.0 only after this command.
  await session.send('LP.configureLoading', { worker: true, subFrame: true });
  await reportPageErrors(session);
  return {
    send: session.send,
    on: session.on,
    onClosed: (listener) => void closed.add(() => !gone.isOver() && listener()),
    async close() {
      await root.send('Target.closeTarget', { targetId });
      await root.send('Target.disposeBrowserContext', { browserContextId });
    },
  };
}

/** The version of the Lightpanda build. Other browsers do not know this command. */
async function versionOf(root: RawSession): Promise<string> {
  const { version = 'unknown' } = await root.ask('LP.version', {});
  return String(version);
}

interface Farewell {
  isOver(): boolean;
  on(listener: () => void): void;
  tell(): void;
}

function openFarewell(client: Client): Farewell {
  const listeners = new Set<() => void>();
  let isOver = false;
  const tell = () => {
    if (isOver) return;
    isOver = true;
    for (const listener of listeners) listener();
  };
  client.on('disconnect', tell);
  return { isOver: () => isOver, on: (listener) => void listeners.add(listener), tell };
}
