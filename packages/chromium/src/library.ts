import type { MessagePipe } from './pipe.js';

/** What a driver of Chromium provides: how its library connects. All else is the same for all drivers. */
export interface ChromiumLibrary<Native> {
  /** Name for messages. */
  readonly name: string;
  /**
   * Connects over the debugging pipe of a browser that was just started. `folder` is a temporary directory that is
   * removed with the browser.
   */
  connectPipe(pipe: MessagePipe, folder: string): Promise<ChromiumConnection<Native>>;
  /** Connects to a browser that another program runs, at a `ws:` or `http:` address. */
  connectTo(endpoint: string): Promise<ChromiumConnection<Native>>;
}

/** A browser to which a library is connected. None of these methods has a deadline. */
export interface ChromiumConnection<Native> {
  /** The session of the browser itself. */
  readonly root: ProtocolSession;
  /** Returns the page with which the browser started. */
  firstPage(): Promise<LibraryPage<Native>>;
  newPage(): Promise<LibraryPage<Native>>;
  /** Calls `listener` once when the connection is gone. */
  onDisconnected(listener: () => void): void;
  /** Disconnects from the browser, which keeps running. */
  disconnect(): Promise<void>;
}

/** One page of a library. */
export interface LibraryPage<Native> {
  readonly native: Native;
  /** A session of the protocol that only this handle uses. */
  readonly session: ProtocolSession;
  /** Calls `listener` once when the page was closed, but not if the whole browser is gone. */
  onClosed(listener: () => void): void;
  close(): Promise<void>;
}

/** One session of the DevTools protocol. Events and answers come in the order in which the browser sent them. */
export interface ProtocolSession {
  /** Rejects with an error whose message contains the protocol's message. */
  send(method: string, params?: object): Promise<unknown>;
  on(event: string, listener: (params: never) => void): void;
}
