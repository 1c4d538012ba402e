import type { MessagePipe } from './pipe.js';

/** What a driver of Chromium hands in: its library's way to connect. Everything else is the same for all of them. */
export interface ChromiumLibrary<Native> {
  /** For people. */
  readonly name: string;
  /** Connects over the debugging pipe of a browser that was just started. `folder` is temporary and removed with it. */
  connectPipe(pipe: MessagePipe, folder: string): Promise<ChromiumConnection<Native>>;
  /** Connects to a browser that somebody else runs, at a `ws:` or `http:` address. */
  connectTo(endpoint: string): Promise<ChromiumConnection<Native>>;
}

/** A browser that a library is connected to. Nothing here has a deadline of its own. */
export interface ChromiumConnection<Native> {
  /** The session of the browser itself. */
  readonly root: ProtocolSession;
  /** The page that the browser started with. */
  firstPage(): Promise<LibraryPage<Native>>;
  newPage(): Promise<LibraryPage<Native>>;
  /** Calls back once when the connection is gone. */
  onDisconnected(listener: () => void): void;
  /** Lets go of the browser, which lives on. */
  disconnect(): Promise<void>;
}

/** One page of a library. */
export interface LibraryPage<Native> {
  readonly native: Native;
  /** A session of the protocol that nobody else uses. */
  readonly session: ProtocolSession;
  /** Calls back once when the page was closed, but not where the whole browser is gone. */
  onClosed(listener: () => void): void;
  close(): Promise<void>;
}

/** One session of the DevTools protocol. Events and answers come in the order in which the browser sent them. */
export interface ProtocolSession {
  /** Rejects with an error that has the protocol's message in its own. */
  send(method: string, params?: object): Promise<unknown>;
  on(event: string, listener: (params: never) => void): void;
}
