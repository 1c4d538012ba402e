/** The part of chrome-remote-interface that the driver uses. The package has no types of its own. */
declare module 'chrome-remote-interface' {
  /** One connection to a browser. A call that the browser refuses rejects with the browser's message and code. */
  interface Client {
    send(method: string, params: object, sessionId?: string): Promise<unknown>;
    on(event: 'disconnect', listener: () => void): void;
    on(
      event: 'event',
      listener: (message: { readonly method: string; readonly params: unknown; readonly sessionId?: string }) => void,
    ): void;
    /** Closes the connection. Does not emit `disconnect`. */
    close(): Promise<void>;
  }
  /**
   * Connects to a `ws:` address. With `local`, the library does not ask the browser for the description of its
   * protocol.
   */
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS, and this function is its module.exports
  export default function connect(options: { readonly target: string; readonly local: true }): Promise<Client>;
}
