import type { CallOptions, Json } from './json.js';
import type { Secret } from './secret.js';

/**
 * Starts browsers. One driver per browser library; the rest of Wakey never knows which one it runs on and asks
 * `capabilities` instead of names.
 */
export interface BrowserDriver<Native = unknown> {
  /** For people: logs, `wakey status`. */
  readonly name: string;
  /** Known before anything is launched; frozen. */
  readonly capabilities: DriverCapabilities;
  /**
   * Starts one browser with one blank page. What a crashed owner left running on this profile is ended first. Default
   * timeout 30 s.
   * Rejects with `browser-unavailable` (no executable), `browser-older` (see `writtenBy`; the profile is untouched),
   * `browser-failed` (it died or never answered; the end of its stderr is in the message), `timeout` or `aborted`. After a rejection no process, port or temporary file of the
   * attempt is left.
   */
  launch(options: LaunchOptions): Promise<BrowserHandle<Native>>;
  /**
   * Takes one page of a browser that somebody else runs. Present when the capability `attach` is.
   * `close()` of the handle gives back the page and leaves the browser alive.
   */
  attach?(endpoint: Secret, options?: CallOptions): Promise<BrowserHandle<Native>>;
}

/** What the client asks of a launch. Everything about the browser itself (binary, arguments) is the factory's option. */
export interface LaunchOptions extends CallOptions {
  /** Absolute directory of the live profile, present and ours alone. Absent: the browser keeps nothing. */
  readonly profile?: string;
  /**
   * The browser that last wrote the profile. One of a lower major version would harm it, and is refused before it is
   * started on it.
   */
  readonly writtenBy?: BrowserVersion;
}

/** A browser as it names itself, such as `{ product: 'Chrome', version: '156.0.8078.79' }`. */
export interface BrowserVersion {
  readonly product: string;
  readonly version: string;
}

/** The options that every driver's factory takes, so that one configuration fits all of them. */
export interface BrowserOptions {
  /** Absolute path of the browser's binary. @default 'auto': the driver looks for one and says where it looked */
  readonly executable?: string;
  /** @default true */
  readonly headless?: boolean;
  /** Further command-line arguments of the browser, after ours. @default [] */
  readonly args?: readonly string[];
  /** The browser's own sandbox. `auto`: on wherever it can work, off where it cannot (root). @default 'auto' */
  readonly sandbox?: 'auto' | 'on' | 'off';
  /** Accept any certificate: for the simulator and for tests. @default false */
  readonly ignoreCertificateErrors?: boolean;
  /** Environment of the browser's process. @default none: the factory's caller passes what it wants to pass on */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly proxy?: ProxyOptions;
  /** The user agent the page and the network see. @default the browser's own, without its headless mark */
  readonly userAgent?: string;
}

/** Where the browser's traffic goes. */
export interface ProxyOptions {
  /** `http://host:port` or `socks5://host:port`, without credentials. */
  readonly server: string;
  readonly username?: string;
  readonly password?: Secret;
}

/** What not every driver can do. */
export type CapabilityName =
  | 'persistentProfile'
  | 'stateSnapshot'
  | 'screenshot'
  | 'canvasPixels'
  | 'userAgentOverride'
  | 'webLocks'
  | 'cryptoKeyStorage'
  | 'proxyAuth'
  | 'rawCdp'
  | 'attach'
  | 'processId';

/** A capability is there, or it is absent for a reason a person can read. */
export type Capability = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** One entry for each capability: none may be forgotten. */
export type DriverCapabilities = { readonly [C in CapabilityName]: Capability };

/** A running browser. */
export interface BrowserHandle<Native = unknown> {
  readonly page: PageHandle<Native>;
  /** Product and version as the browser itself says. */
  readonly version: BrowserVersion;
  /** Process id of the browser's main process, where it is ours and on this machine. */
  readonly pid?: number;
  /** Resolves, once, when the browser is gone for whatever reason. Never rejects. */
  readonly lost: Promise<LostReason>;
  /**
   * Ends the browser: asks, then terminates, then kills its whole process group. Default timeout 10 s.
   * Once it resolved no process of it is alive: verified, not assumed. Rejects with `browser-unkillable` when that
   * cannot be confirmed; the profile must then be taken as still in use. May be called twice.
   */
  close(options?: CallOptions): Promise<void>;
}

/** Why a browser is gone. */
export interface LostReason {
  /** `closed`: by `close()`. `exited`: its process ended. `disconnected`: only the connection is known to be gone. */
  readonly kind: 'closed' | 'exited' | 'disconnected';
  readonly exitCode?: number;
  readonly exitSignal?: string;
  /** The end of its stderr, at most 2 kB. */
  readonly detail?: string;
}

/**
 * Exactly one page. Every call rejects with a WakeyError the moment the page crashes (`page-crashed`), the browser is
 * gone (`browser-lost`), the deadline passes (`timeout`) or the signal aborts (`aborted`): never later, also where the
 * library underneath would hang.
 */
export interface PageHandle<Native = unknown> {
  /** Rejects with `page-unreachable` when the document cannot be had. Default timeout 30 s. */
  goto(url: string, options?: GotoOptions): Promise<void>;
  /** Default timeout 30 s. */
  reload(options?: GotoOptions): Promise<void>;
  /** The address of the document as last seen, without waiting. */
  url(): string;
  /**
   * Runs `script` in the page's main world: the source of an expression, or a self-contained function that gets `arg`.
   * Waits for a promise it returns. Argument and result are JSON; whatever JSON cannot carry unharmed (undefined inside
   * an array, NaN, bigint, Date, Map, functions …) is refused with `value-not-json`; a bare `undefined` result is
   * `undefined`. An exception in the page rejects with `evaluate-failed`, a document that goes away under it with
   * `page-navigated`. Default timeout 30 s.
   */
  evaluate<Result extends Json | undefined, Arg extends Json = null>(
    script: string | ((arg: Arg) => Result | Promise<Result>),
    arg?: Arg,
    options?: CallOptions,
  ): Promise<Result>;
  /** Runs `source` in the main world of every document from the next one on, before the page's own scripts. */
  addInitScript(source: string, options?: CallOptions): Promise<void>;
  /**
   * Puts the function `name` on `window` in this and every later document. A call gives a promise: the handler's JSON
   * result, or a rejection with the message of what it threw. Refuses a name that is taken with `invalid-argument`.
   */
  expose(
    name: string,
    handler: (arg: Json) => Json | undefined | Promise<Json | undefined>,
    options?: CallOptions,
  ): Promise<void>;
  /** Every cookie of every site, or those that `url` would get. */
  cookies(url?: string, options?: CallOptions): Promise<readonly Cookie[]>;
  setCookies(cookies: readonly Cookie[], options?: CallOptions): Promise<void>;
  clearCookies(options?: CallOptions): Promise<void>;
  /**
   * All that the site of the present document keeps (cookies, localStorage, IndexedDB), to be put back into another
   * browser of this driver. Present when the capability `stateSnapshot` is. Default timeout 30 s.
   * Rejects with `value-not-json`, naming the place, where something is kept that cannot be carried, such as a CryptoKey:
   * nothing is ever left out.
   */
  snapshot?(options?: CallOptions): Promise<Secret>;
  /**
   * Puts a snapshot in the place of all that the site of the present document keeps. Default timeout 30 s.
   * Rejects with `invalid-argument` for what is no snapshot of that site; after any other failure a part may be there.
   */
  restore?(snapshot: Secret, options?: CallOptions): Promise<void>;
  /** PNG bytes of the viewport. Rejects with `unsupported` where the capability `screenshot` is absent. */
  screenshot(options?: CallOptions): Promise<Uint8Array>;
  /** Subscribes; gives the unsubscriber. A listener that throws does not stop the others. */
  on<E extends keyof PageEvents>(event: E, listener: (payload: PageEvents[E]) => void): () => void;
  /** The library's own page, for bots. Whoever uses it knows the driver. */
  readonly native: Native;
}

/** How far a navigation must have come. */
export interface GotoOptions extends CallOptions {
  /** @default 'load' */
  readonly until?: 'commit' | 'dom' | 'load';
}

/** What a page tells by itself. */
export interface PageEvents {
  /** A new document in the main frame (not a same-document navigation). */
  readonly navigated: { readonly url: string };
  readonly console: { readonly level: string; readonly text: string };
  readonly 'page-error': { readonly message: string };
  readonly crashed: { readonly detail: string };
}

/** A cookie as the contracts see it. `expires` in seconds since 1970; absent for a session cookie. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly expires?: number;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite?: 'strict' | 'lax' | 'none';
}
