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

/** What the probe reads of the page at one moment: levels, no events. Plain data; it travels as JSON text. */
export interface Facts {
  /** Which document was read, by our own count: of two documents the later one has the greater number. */
  readonly document: number;
  /** Scheme, host and port that the document came from. */
  readonly origin: string;
  /** Grows with each reading of a document. */
  readonly seq: number;
  /** HTTP status of the document; 0 where the browser does not tell. */
  readonly status: number;
  /** `foreign`: loaded, and without any mark of WhatsApp Web for as long as the adapter is patient. */
  readonly kind: 'loading' | 'whatsapp' | 'foreign';
  /** Parts without which this page cannot be read, and that it lacks so far. */
  readonly missing: readonly string[];
  /** The document's scripts that come from an address. `failed`: the hosts whose scripts did not come. */
  readonly scripts: { readonly total: number; readonly pending: number; readonly failed: readonly string[] };
  /** Whether nothing more is expected to arrive: what is missing now is not coming. */
  readonly isSettled: boolean;
  readonly version?: string;
  /** Whether the page thinks that it has a network. */
  readonly isOnline: boolean;
  /** State of the socket, in WhatsApp's words. */
  readonly socket?: string;
  readonly hasSynced: boolean;
  /** Whether a device is registered in this profile; absent until the page can say. */
  readonly isRegistered?: boolean;
  /** Own id, such as `447700900000@c.us`. */
  readonly me?: string;
  /** 0 to 100. */
  readonly percent?: number;
  readonly qr?: CodeFacts;
  readonly linkCode?: CodeFacts;
  /** The phone shows a code that is to be typed here. `wrong`: how many entries were wrong so far. */
  readonly linkCodeWanted?: { readonly wrong: number; readonly ttl?: number };
  /** The last link code that failed. `seq` tells two failures apart. */
  readonly linkCodeFailure?: LinkCodeFailureFacts;
  readonly isBanned: boolean;
  /** Whether the service has just refused this build as too old: the page asked for an update as it stopped its connection. */
  readonly isOutdated: boolean;
  /** Whether another tab of this profile runs the connection. */
  readonly isElsewhere: boolean;
  /** Whether the page has stopped its connection for good and says nothing of it, as one that was replaced does. */
  readonly isStopped: boolean;
  /** The page announced that the link is gone, which proves nothing. `code`: its own word for why; `isAwaited`: which it may still give. */
  readonly logout?: { readonly code?: string; readonly isAwaited: boolean };
  /** A dialog in the way. `isStuck`: the probe tried to acknowledge it, or must not. */
  readonly dialog?: { readonly what: string; readonly isStuck: boolean };
  /** Request options of a WebAuthn assertion that the page asks for, as JSON text. */
  readonly passkey?: { readonly request: string; readonly ttl?: number };
  /** The account may not write first. `kind`: why, in the page's words. `until`: in ms since 1970. */
  readonly timeLock?: { readonly kind?: string; readonly until?: number };
  /** How many new chats the account has started, where that is nearly or quite too many. `until`: in ms since 1970. */
  readonly capping?: NonNullable<Restrictions['messageCapping']>;
  /** Whether the service answered, when it was last asked. */
  readonly isAlive: boolean;
}

/** Facts as the probe reports them: it does not know how many documents there were, and names its own. */
export type Report = Omit<Facts, 'document'> & { readonly document: string };

/** A code that can be used now. `ttl`: how much longer, in ms, where the page says so. */
export interface CodeFacts {
  readonly text: string;
  readonly ttl?: number;
}

/** Why a link code could not be had or used, as far as the page says. */
export interface LinkCodeFailureFacts {
  readonly seq: number;
  readonly why: (typeof failures)[number];
  readonly retryAfter?: number;
}

/**
 * Reads what a page handed over. Throws a TypeError, without its content, when it is not what the probe writes. The page
 * chooses the values, so each is bounded: a text that is too long, or of another alphabet, counts as not said.
 */
export function parseFacts(report: unknown): Report {
  try {
    return object(shape)(parseJson(report));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new TypeError('The probe handed over something that is not its own report.');
  }
}

const failures = ['expired', 'wrong-number', 'too-many-devices', 'rate-limited', 'rejected'] as const;

/** A code that is scanned has about 230 printable characters; one that is typed has 8. */
const code = (form: RegExp): Reader<CodeFacts | undefined> =>
  objectWith('text', { text: text(form), ttl: optional(time) });

/** More scripts than these are as good as these. */
const count = within(0, 10_000);

/** A number of chats. */
const chats: Reader<number> = (value) => Math.round(within(0, 1_000_000)(value));

/** A host, with its port. That a script failed counts also where its host is none. */
const host: Reader<string> = (value) => text(/^[\w.:[\]-]{1,260}$/)(value) ?? 'a host without a name';

/** One reader for each fact: none may be forgotten. */
const shape: { readonly [F in keyof Report]-?: Reader<Report[F] | undefined> } = {
  document: required(text(/^d[a-z0-9]{1,20}$/)),
  origin: required(text(/^[\w.:/[\]-]{1,300}$/)),
  seq: number,
  status: within(0, 999),
  kind: oneOf(['loading', 'whatsapp', 'foreign']),
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

/** A dialog stands in the way whatever the page calls it. */
function dialogName(value: unknown): string {
  return name(value) ?? 'dialog';
}

/** Only what was understood of a request goes on, written anew. */
function passkeyRequest(value: unknown): string | undefined {
  const request = typeof value === 'string' ? parsePasskeyRequest(value) : undefined;
  return request === undefined ? undefined : JSON.stringify(request);
}

/** Twice what a report with the longest texts has. */
const LONGEST = 512 * 1024;

function parseJson(report: unknown): unknown {
  if (typeof report !== 'string' || report.length > LONGEST) return undefined;
  try {
    return JSON.parse(report);
  } catch {
    // Not JSON: the caller says so, without quoting what may be a secret.
    return undefined;
  }
}
