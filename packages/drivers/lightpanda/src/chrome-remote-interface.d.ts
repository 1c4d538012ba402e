/** The part of chrome-remote-interface that we use; it ships no types. */
declare module 'chrome-remote-interface' {
  /** One connection to a browser. A call that the browser refuses rejects with its message and code. */
  interface Client {
    send(method: string, params: object, sessionId?: string): Promise<unknown>;
    on(event: 'disconnect', listener: () => void): void;
    on(
      event: 'event',
      listener: (message: { readonly method: string; readonly params: unknown; readonly sessionId?: string }) => void,
    ): void;
    /** Resolves once the connection is closed; `disconnect` is not told then. */
    close(): Promise<void>;
  }
  /** Connects to a `ws:` address; `local` keeps it from asking the browser for the whole protocol. */
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS, and this function is its module.exports
  export default function connect(options: { readonly target: string; readonly local: true }): Promise<Client>;
}
