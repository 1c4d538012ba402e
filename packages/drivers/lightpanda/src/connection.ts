import { randomBytes } from 'node:crypto';
import type { ChromiumConnection, LibraryPage } from '@wakey/chromium';
import connect, { type Client } from 'chrome-remote-interface';
import { withCookieChecks } from './cookie-fields.js';
import { followPage } from './journal/follow-page.js';
import type { Journal } from './journal/open-journal.js';
import { prepare } from './journal/prepare.js';
import { navigating } from './navigation.js';
import { reportPageErrors } from './page-errors.js';
import { openSession, type RawSession, type SessionOptions } from './session.js';
import { openTarget } from './target.js';

/** A page of Lightpanda, with the commands and events of Lightpanda's own protocol. */
export interface LightpandaPage {
  /** Sends a command of the protocol to the page. Has no deadline of its own. */
  send(method: string, params?: object): Promise<unknown>;
  /** Listens to an event of the page. */
  on(event: string, listener: (params: never) => void): void;
  /** Closes the page. The browser keeps running without a page. */
  close(): Promise<void>;
}

/** Settings of a connection. */
export interface ConnectionOptions {
  /** The largest message that the browser accepts, in bytes. @default unknown: every message is sent */
  readonly largest?: number;
  /** The journal of the profile: what earlier browsers stored, and the writer for what this one stores. Absent: there is no profile. */
  readonly journal?: Journal | undefined;
  /** Called when a page may have changed a cookie. */
  readonly onCookie?: (() => void) | undefined;
}

/** Connects to a Lightpanda. Lightpanda allows one context with one page for each connection. */
export async function openConnection(
  endpoint: string,
  { largest, journal, onCookie }: ConnectionOptions = {},
): Promise<ChromiumConnection<LightpandaPage>> {
  const client = await connect({ target: endpoint, local: true });
  const gone = openFarewell(client);
  const options = { isOver: gone.isOver, largest };
  const root = openSession(client, undefined, options);
  const version = await versionOf(root);
  const page = async () => {
    const native = await openPage({ client, root, options }, { journal, onCookie });
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

/** A connection, and the session of the browser itself. */
interface Opened {
  readonly client: Client;
  readonly root: RawSession;
  readonly options: SessionOptions;
}

interface OpenPage extends LightpandaPage, Pick<LibraryPage<unknown>, 'onClosed'> {}

/**
 * Opens the one page of the connection: first the context, because Lightpanda creates no context once a target exists.
 */
async function openPage(
  { client, root, options }: Opened,
  { journal, onCookie }: Pick<ConnectionOptions, 'journal' | 'onCookie'>,
): Promise<OpenPage> {
  const { browserContextId } = await root.ask('Target.createBrowserContext', {});
  const opened = { client, root, options, browserContextId };
  const bridges = await prepare(opened, journal);
  const target = await openTarget(opened);
  const session = withCookieChecks(navigating(target));
  // Lightpanda loads workers and subframes only after this command, and creates inert workers without it.
  await session.send('LP.configureLoading', { worker: true, subFrame: true });
  await reportPageErrors(session);
  const sealKey = journal?.sealKey ?? randomBytes(32).toString('base64');
  await followPage(session, { sealKey, bridges, writer: journal?.writer, onCookie });
  return { send: session.send, on: session.on, onClosed: target.onClosed, close: target.close };
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
