import type { CallOptions, Json } from './json.js';
import type { ProfileFormat } from './profile-format.js';
import type { Secret } from './secret.js';

/**
 * Starts browsers. There is one driver per browser library. The rest of Wakey does not know which driver it uses, and checks
 * `capabilities` instead of names.
 */
export interface BrowserDriver<Native = unknown> {
  /** For people: logs, `wakey status`. */
  readonly name: string;
  /** The capabilities, known before any launch; frozen. */
  readonly capabilities: DriverCapabilities;
  /** The format of the browser's profile. Present if and only if the capability `persistentProfile` is supported. */
  readonly profileFormat?: ProfileFormat;
  /**
   * How many times the memory that its browser used when the session was ready the browser may use before a session replaces it,
   * unless the caller chooses another factor (`Policy.renewAt`). Present if the browser's memory grows without an end while its
   * page holds no more.
   */
  readonly renewAt?: number;
  /**
   * Starts one browser with one blank page. First ends a browser that a crashed program left running on this profile. Default
   * timeout 30 s. Rejects with `browser-unavailable` (no executable), `browser-older` (see `writtenBy`; the profile is
   * untouched), `browser-failed` (the browser died or never answered; the message has its stderr), `invalid-argument` or
   * `unsupported` (an option that this browser cannot take), `timeout` or `aborted`. After a rejection no process, port or temporary file of the attempt is left.
   */
  launch(options: LaunchOptions): Promise<BrowserHandle<Native>>;
  /**
   * Ends the browser that a crashed program left running on this profile, as `launch` does first. Wakey calls it before it
   * reads, repairs or replaces the profile, because such a browser still writes to it. Present if the capability
   * `persistentProfile` is supported. Does nothing if no browser is left. Rejects with `browser-failed` if the program that
   * started the browser is alive, and then ends nothing; with `browser-unkillable` if a process stays alive.
   */
  reap?(profile: string): Promise<void>;
  /**
   * Takes one page of a browser that another program runs. Present if the capability `attach` is supported. `close()` of the
   * handle releases the page and leaves the browser alive.
   */
  attach?(endpoint: Secret, options?: CallOptions): Promise<BrowserHandle<Native>>;
}

/** The client's options for a launch. Options of the browser itself (binary, arguments) belong to the driver's factory. */
export interface LaunchOptions extends CallOptions {
  /**
   * The absolute path of the live profile, an existing directory that no other process uses. Absent: the browser stores
   * nothing.
   */
  readonly profile?: string;
  /**
   * The browser that last wrote the profile. A browser of a lower major version would damage the profile, so the driver
   * refuses it before it starts, unless the format of the profile has `anyVersion`.
   */
  readonly writtenBy?: BrowserVersion;
}

/** A browser's own name and version, such as `{ product: 'Chrome', version: '156.0.8078.79' }`. */
export interface BrowserVersion {
  readonly product: string;
  readonly version: string;
}

/** The options of every driver's factory, so that one configuration fits all drivers. */
export interface BrowserOptions {
  /**
   * Absolute path of the browser's binary. @default 'auto': the driver searches for a browser and reports where it searched
   */
  readonly executable?: string;
  /** @default true */
  readonly headless?: boolean;
  /** Further command-line arguments of the browser, after the driver's own. @default [] */
  readonly args?: readonly string[];
  /** The browser's own sandbox. `auto`: on if it can work, off if it cannot (root). @default 'auto' */
  readonly sandbox?: 'auto' | 'on' | 'off';
  /** Whether to accept any certificate, for the simulator and for tests. @default false */
  readonly ignoreCertificateErrors?: boolean;
  /** Environment of the browser's process. @default none: the caller of the factory chooses what to pass on */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly proxy?: ProxyOptions;
  /** The user agent that the page and the network see. @default the browser's own, without its headless mark */
  readonly userAgent?: string;
}

/** The proxy for the browser's traffic. */
export interface ProxyOptions {
  /** `http://host:port` or `socks5://host:port`, without credentials. */
  readonly server: string;
  readonly username?: string;
  readonly password?: Secret;
}

/** A capability that not every driver has. */
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

/**
 * A capability is supported, or not supported for a reason that a person can read. `bridged`: the browser itself lacks the
 * capability and the driver adds it; the text tells a person how, and what is weaker than in a browser that has it.
 */
export type Capability =
  | { readonly supported: true; readonly bridged?: string }
  | { readonly supported: false; readonly reason: string };

/** An entry for each capability; a missing entry does not compile. */
export type DriverCapabilities = { readonly [C in CapabilityName]: Capability };

/** A running browser. */
export interface BrowserHandle<Native = unknown> {
  readonly page: PageHandle<Native>;
  /** Product and version as the browser itself reports them. */
  readonly version: BrowserVersion;
  /** The process id of the browser's main process, if the driver started it on this machine. */
  readonly pid?: number;
  /**
   * The memory of all processes of the browser together, in bytes. A page of memory that several processes share counts once if the
   * system can tell. Present if the driver can measure it on this system. Default timeout 10 s. Rejects with `browser-lost` if the
   * browser is gone.
   */
  memory?(options?: CallOptions): Promise<number>;
  /** Resolves once when the browser is gone, for any reason. Never rejects. */
  readonly lost: Promise<LostReason>;
  /**
   * Ends the browser: asks it to close, then terminates, then kills its whole process group. Default timeout 10 s. When the
   * call resolves, the driver has verified that no process of the browser is alive. Rejects with `browser-unkillable` if it
   * cannot verify that; the caller must then treat the profile as still in use. May be called twice.
   */
  close(options?: CallOptions): Promise<void>;
}

/** Why a browser is gone. */
export interface LostReason {
  /**
   * `closed`: by `close()`. `exited`: the process ended by itself. `disconnected`: the connection is gone, and the process
   * may live.
   */
  readonly kind: 'closed' | 'exited' | 'disconnected';
  readonly exitCode?: number;
  readonly exitSignal?: string;
  /** The beginning and the end of the browser's stderr, at most 2 kB each. */
  readonly detail?: string;
  /** Why the driver itself ended the browser, in words for a person; absent if it did not. */
  readonly why?: string;
}

/**
 * Exactly one page. Every call rejects with a WakeyError the moment the page crashes (`page-crashed`), the browser is gone
 * (`browser-lost`), the deadline passes (`timeout`) or the signal aborts (`aborted`): never later, also if the underlying
 * library hangs.
 */
export interface PageHandle<Native = unknown> {
  /** Rejects with `page-unreachable` if the document does not load. Default timeout 30 s. */
  goto(url: string, options?: GotoOptions): Promise<void>;
  /** Default timeout 30 s. */
  reload(options?: GotoOptions): Promise<void>;
  /** The last known address of the document; does not wait. */
  url(): string;
  /**
   * Runs `script` in the page's main world: the source of an expression, or a self-contained function that gets `arg`. Waits
   * for a promise that the script returns. Argument and result are JSON; a value that JSON would change (undefined inside an
   * array, NaN, bigint, Date, Map, functions …) rejects with `value-not-json`; a bare `undefined` result is `undefined`. An
   * exception in the page rejects with `evaluate-failed`, a navigation during the call with `page-navigated`. Default
   * timeout 30 s.
   */
  evaluate<Result extends Json | undefined, Arg extends Json = null>(
    script: string | ((arg: Arg) => Result | Promise<Result>),
    arg?: Arg,
    options?: CallOptions,
  ): Promise<Result>;
  /** Runs `source` in the main world of every document from the next document on, before the page's own scripts. */
  addInitScript(source: string, options?: CallOptions): Promise<void>;
  /**
   * Adds the function `name` to `window` in this and every later document. A call returns a promise: the handler's JSON
   * result, or a rejection with the message of the handler's error. Rejects with `invalid-argument` if the name is taken.
   */
  expose(
    name: string,
    handler: (arg: Json) => Json | undefined | Promise<Json | undefined>,
    options?: CallOptions,
  ): Promise<void>;
  /** Every cookie of every site, or the cookies that a request to `url` would send. */
  cookies(url?: string, options?: CallOptions): Promise<readonly Cookie[]>;
  setCookies(cookies: readonly Cookie[], options?: CallOptions): Promise<void>;
  clearCookies(options?: CallOptions): Promise<void>;
  /**
   * All that the site of the present document stores (cookies, localStorage, IndexedDB), to restore it into another browser
   * of this driver. Present if the capability `stateSnapshot` is supported. Default timeout 30 s. Rejects with
   * `value-not-json`, naming the place, if a stored value cannot be serialized, such as a CryptoKey: a snapshot never omits
   * a value.
   */
  snapshot?(options?: CallOptions): Promise<Secret>;
  /**
   * Replaces all that the site of the present document stores by a snapshot. Default timeout 30 s. Rejects with
   * `invalid-argument` if the value is no snapshot of that site; after any other failure a part of the snapshot may be
   * stored.
   */
  restore?(snapshot: Secret, options?: CallOptions): Promise<void>;
  /** PNG bytes of the viewport. Rejects with `unsupported` without the capability `screenshot`. */
  screenshot(options?: CallOptions): Promise<Uint8Array>;
  /** Subscribes and returns the function that unsubscribes. A listener that throws does not stop the others. */
  on<E extends keyof PageEvents>(event: E, listener: (payload: PageEvents[E]) => void): () => void;
  /** The page object of the browser library, for bots. Its type depends on the driver. */
  readonly native: Native;
}

/** When a navigation counts as done. */
export interface GotoOptions extends CallOptions {
  /** @default 'load' */
  readonly until?: 'commit' | 'dom' | 'load';
}

/** The events of a page. */
export interface PageEvents {
  /** A new document in the main frame (not a same-document navigation). */
  readonly navigated: { readonly url: string };
  readonly console: { readonly level: string; readonly text: string };
  readonly 'page-error': { readonly message: string };
  readonly crashed: { readonly detail: string };
}

/** A cookie in the form of the contracts. `expires` in seconds since 1970; absent for a session cookie. */
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
