/** What the probe reads of the page at one moment: levels, no events. Plain data; it travels as JSON text. */
export interface Facts {
  /** When the document began, in ms since 1970: of two documents the later one has the greater number. */
  readonly document: number;
  /** Grows with each reading of a document. */
  readonly seq: number;
  /** HTTP status of the document; 0 where the browser does not tell. */
  readonly status: number;
  /** `foreign`: loaded, and without any mark of WhatsApp Web for as long as the adapter is patient. */
  readonly kind: 'loading' | 'whatsapp' | 'foreign';
  /** Parts without which this page cannot be read, and that it lacks so far. */
  readonly missing: readonly string[];
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
  /** Whether another tab of this profile runs the connection. */
  readonly isElsewhere: boolean;
  /** The page said that the link is gone. `code`: its own word for why; `isAwaited`: which it may still give. */
  readonly logout?: { readonly code?: string; readonly isAwaited: boolean };
  /** A dialog in the way. `isStuck`: the probe tried to acknowledge it, or must not. */
  readonly dialog?: { readonly what: string; readonly isStuck: boolean };
  /** Request options of a WebAuthn assertion that the page asks for, as JSON text. */
  readonly passkey?: { readonly request: string; readonly ttl?: number };
  /** Whether the service answered, when it was last asked. */
  readonly isAlive: boolean;
}

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

/** Reads what a page handed over. Throws a TypeError, without its content, when it is not what the probe writes. */
export function parseFacts(text: unknown): Facts {
  const facts = read(object(shape), parseJson(text));
  if (facts === undefined) throw new TypeError('The probe handed over something that is not its own report.');
  return facts as unknown as Facts;
}

const failures = ['expired', 'wrong-number', 'too-many-devices', 'rate-limited', 'rejected'] as const;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (choices: readonly string[]): Check =>
  (value) =>
    choices.some((choice) => choice === value);
const object =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([key, check]) => check(value[key]));

const code = object({ text: isText, ttl: optional(isNumber) });

/** One check for each fact: none may be forgotten. */
const shape: { readonly [F in keyof Facts]-?: Check } = {
  document: isNumber,
  seq: isNumber,
  status: isNumber,
  kind: oneOf(['loading', 'whatsapp', 'foreign']),
  missing: (value) => Array.isArray(value) && value.every(isText),
  isSettled: isFlag,
  version: optional(isText),
  isOnline: isFlag,
  socket: optional(isText),
  hasSynced: isFlag,
  isRegistered: optional(isFlag),
  me: optional(isText),
  percent: optional(isNumber),
  qr: optional(code),
  linkCode: optional(code),
  linkCodeWanted: optional(object({ wrong: isNumber, ttl: optional(isNumber) })),
  linkCodeFailure: optional(object({ seq: isNumber, why: oneOf(failures), retryAfter: optional(isNumber) })),
  isBanned: isFlag,
  isElsewhere: isFlag,
  logout: optional(object({ code: optional(isText), isAwaited: isFlag })),
  dialog: optional(object({ what: isText, isStuck: isFlag })),
  passkey: optional(object({ request: isText, ttl: optional(isNumber) })),
  isAlive: isFlag,
};

function read(check: Check, value: unknown): object | undefined {
  return isRecord(value) && check(value) ? value : undefined;
}

function parseJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller says so, without quoting what may be a secret.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
