import type { Restrictions } from '@wakey/core';
import {
  date,
  flag,
  listOf,
  name,
  number,
  object,
  objectWith,
  oneOf,
  optional,
  type Reader,
  Refused,
  required,
  text,
  time,
  within,
} from './fact-readers.js';
import { parsePasskeyRequest } from './passkey-request.js';

/**
 * What the probe reads of the page at one moment: the current state, not events. Plain data that travels as JSON text.
 */
export interface Facts {
  /** Number of the document, counted by the adapter: a later document has a greater number. */
  readonly document: number;
  /** Scheme, host and port of the document's address. */
  readonly origin: string;
  /** Number of the reading, which grows with each reading of a document. */
  readonly seq: number;
  /** HTTP status of the document; 0 if the browser does not report it. */
  readonly status: number;
  /**
   * `foreign`: the page has loaded, and showed no mark of WhatsApp Web within the adapter's `patience`. `refusing`: the page
   * says that WhatsApp Web does not take this browser.
   */
  readonly kind: 'loading' | 'whatsapp' | 'foreign' | 'refusing';
  /** The name that the browser shows to pages. Present while the page refuses the browser. */
  readonly userAgent?: string;
  /** Names of the parts that the adapter needs to read this page and that the page lacks so far. */
  readonly missing: readonly string[];
  /** Counts of the document's scripts that have an address. `failed`: the hosts of the scripts that did not load. */
  readonly scripts: { readonly total: number; readonly pending: number; readonly failed: readonly string[] };
  /** Whether the page has stopped loading scripts and modules, so that what is missing now will not come. */
  readonly isSettled: boolean;
  readonly version?: string;
  /** Whether the page believes that it has a network. */
  readonly isOnline: boolean;
  /** State of the socket, as WhatsApp names it. */
  readonly socket?: string;
  readonly hasSynced: boolean;
  /** Whether this profile is registered as a device; absent while the page cannot tell. */
  readonly isRegistered?: boolean;
  /** Id of the account, such as `447700900000@c.us`. */
  readonly me?: string;
  /** Progress of the synchronization, 0 to 100. */
  readonly percent?: number;
  readonly qr?: CodeFacts;
  readonly linkCode?: CodeFacts;
  /** Present while the page waits for a code that the phone shows. `wrong`: how many wrong codes have been entered. */
  readonly linkCodeWanted?: { readonly wrong: number; readonly ttl?: number };
  /** The last failure of a link code. Two failures have different `seq`. */
  readonly linkCodeFailure?: LinkCodeFailureFacts;
  readonly isBanned: boolean;
  /**
   * Whether the service has just refused this build as too old: the page requested an update as it stopped its
   * connection.
   */
  readonly isOutdated: boolean;
  /** Whether another tab of this profile holds the connection. */
  readonly isElsewhere: boolean;
  /**
   * Whether the page has stopped its connection for good without showing it, as a page does that another client
   * replaced.
   */
  readonly isStopped: boolean;
  /**
   * Present if the page announced a logout, which is no proof of a logout. `code`: the page's reason. `isAwaited`:
   * whether the page may still state the reason.
   */
  readonly logout?: { readonly code?: string; readonly isAwaited: boolean };
  /** A dialog that covers the page. `isStuck`: the probe could not acknowledge the dialog, or must not. */
  readonly dialog?: { readonly what: string; readonly isStuck: boolean };
  /** Options of the WebAuthn assertion that the page requests, as JSON text. */
  readonly passkey?: { readonly request: string; readonly ttl?: number };
  /**
   * Present while the account may not start chats. `kind`: the reason, as the page names it. `until`: in ms since 1970.
   */
  readonly timeLock?: { readonly kind?: string; readonly until?: number };
  /**
   * Present if the account has started almost too many or too many new chats: how many, and how many are allowed.
   * `until`: in ms since 1970.
   */
  readonly capping?: NonNullable<Restrictions['messageCapping']>;
  /** Whether the service answered the probe's last question. */
  readonly isAlive: boolean;
}

/**
 * Facts as the probe reports them. The probe cannot count the documents of a page, so it identifies its document by a
 * random id.
 */
export type Report = Omit<Facts, 'document'> & { readonly document: string };

/** A code that can be used now. `ttl`: how long it remains valid, in ms, if the page tells. */
export interface CodeFacts {
  readonly text: string;
  readonly ttl?: number;
}

/** Why the page received no link code or the link code did not work, as far as the page tells. */
export interface LinkCodeFailureFacts {
  readonly seq: number;
  readonly why: (typeof failures)[number];
  readonly retryAfter?: number;
}

/**
 * Parses a report of the probe. Throws a TypeError, which does not quote the report, if the probe cannot have written
 * it. The page controls the values, so the parser bounds each of them: a text that is too long or has unexpected
 * characters reads as undefined.
 */
export function parseFacts(report: unknown): Report {
  try {
    return object(shape)(parseJson(report));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new TypeError('The page sent a report that the probe cannot have written.');
  }
}

const failures = ['expired', 'wrong-number', 'too-many-devices', 'rate-limited', 'rejected'] as const;

/** A code of the given form: a QR code has about 230 printable characters, a link code 8. */
const code = (form: RegExp): Reader<CodeFacts | undefined> =>
  objectWith('text', { text: text(form), ttl: optional(time) });

/** A number of scripts; 10,000 stands for all greater numbers. */
const count = within(0, 10_000);

/** A number of chats. */
const chats: Reader<number> = (value) => Math.round(within(0, 1_000_000)(value));

/** A host with its port. A script that failed counts even if its host is not valid. */
const host: Reader<string> = (value) => text(/^[\w.:[\]-]{1,260}$/)(value) ?? 'a host without a name';

/** The type requires a reader for each fact. */
const shape: { readonly [F in keyof Report]-?: Reader<Report[F] | undefined> } = {
  document: required(text(/^d[a-z0-9]{1,20}$/)),
  origin: required(text(/^[\w.:/[\]-]{1,300}$/)),
  seq: number,
  status: within(0, 999),
  kind: oneOf(['loading', 'whatsapp', 'foreign', 'refusing']),
  userAgent: optional(text(/^[\x20-\x7e]{1,300}$/)),
  missing: listOf(name, 100),
  scripts: object({ total: count, pending: count, failed: listOf(host, 10) }),
  isSettled: flag,
  version: optional(name),
  isOnline: flag,
  socket: optional(text(/^[A-Z_]{1,40}$/)),
  hasSynced: flag,
  isRegistered: optional(flag),
  me: optional(text(/^[\w.:+-]{1,64}(@[\w.-]{1,64})?$/)),
  percent: optional(within(0, 100)),
  qr: optional(code(/^[\x21-\x7e]{1,1024}$/)),
  linkCode: optional(code(/^[A-Za-z0-9]{4,16}$/)),
  linkCodeWanted: optional(object({ wrong: number, ttl: optional(time) })),
  linkCodeFailure: optional(object({ seq: number, why: oneOf(failures), retryAfter: optional(time) })),
  isBanned: flag,
  isOutdated: flag,
  isElsewhere: flag,
  isStopped: flag,
  logout: optional(object({ code: optional(name), isAwaited: flag })),
  dialog: optional(object({ what: dialogName, isStuck: flag })),
  passkey: optional(objectWith('request', { request: passkeyRequest, ttl: optional(time) })),
  timeLock: optional(object({ kind: optional(text(/^[A-Z_]{1,40}$/)), until: optional(date) })),
  capping: optional(
    object({
      status: oneOf(['first-warning', 'second-warning', 'capped']),
      used: optional(chats),
      quota: optional(chats),
      until: optional(date),
    }),
  ),
  isAlive: flag,
};

/** A dialog covers the page even if its name is not valid. */
function dialogName(value: unknown): string {
  return name(value) ?? 'dialog';
}

/** Passes on only the members of a request that the parser knows, as JSON text. */
function passkeyRequest(value: unknown): string | undefined {
  const request = typeof value === 'string' ? parsePasskeyRequest(value) : undefined;
  return request === undefined ? undefined : JSON.stringify(request);
}

/** Twice the length of a report in which every text has its greatest length. */
const LONGEST = 512 * 1024;

function parseJson(report: unknown): unknown {
  if (typeof report !== 'string' || report.length > LONGEST) return undefined;
  try {
    return JSON.parse(report);
  } catch {
    // The text is not JSON. The caller throws an error that does not quote the text, which may be a secret.
    return undefined;
  }
}
