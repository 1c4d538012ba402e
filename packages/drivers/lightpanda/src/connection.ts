import type { ChromiumConnection, LibraryPage } from '@wakey/chromium';
import type { ProxyOptions } from '@wakey/core';
import connect, { type Client } from 'chrome-remote-interface';
import { reportPageErrors } from './page-errors.js';
import { openSession, type RawSession } from './session.js';

/** The page as Lightpanda's own protocol has it. */
export interface LightpandaPage {
  /** Sends a command of the protocol to the page. Has no deadline of its own. */
  send(method: string, params?: object): Promise<unknown>;
  /** Listens to an event of the page. */
  on(event: string, listener: (params: never) => void): void;
  /** Closes the page; the browser lives on without one. */
  close(): Promise<void>;
}

/** Connects to a Lightpanda, which gives each connection one context with one page and no more. */
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
      // What it says for compatibility is a Chrome's version, and the same in every build.
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

/** In this order: a target that comes before its context makes another context impossible. */
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
  // Off unless asked for since 1.0; before it, on.
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

/** Only Lightpanda answers this; what it names is its build. */
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
