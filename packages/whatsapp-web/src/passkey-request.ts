/**
 * The request options of a WebAuthn assertion, in the JSON form of WebAuthn level 3 (`PublicKeyCredentialRequestOptionsJSON`),
 * as far as a page's request is passed on. People paste it into a browser: it holds nothing that was not read here.
 */
export interface PasskeyRequest {
  readonly challenge: string;
  readonly timeout?: number;
  readonly rpId?: string;
  readonly allowCredentials?: readonly PasskeyDescriptor[];
  readonly userVerification?: string;
  readonly hints?: readonly string[];
  readonly extensions?: { readonly appid?: string };
}

/** One credential that may answer. */
export interface PasskeyDescriptor {
  readonly type: 'public-key';
  readonly id: string;
  readonly transports?: readonly string[];
}

/** The request in a page's own text; `undefined` for a text that is no request. Members of no known form are left out. */
export function parsePasskeyRequest(text: string): PasskeyRequest | undefined {
  const given = text.length > LONGEST ? undefined : objectOf(parsed(text));
  const challenge = bytesOf(given?.challenge);
  if (given === undefined || challenge === undefined) return undefined;
  return defined<PasskeyRequest>({
    challenge,
    timeout: timeOf(given.timeout),
    rpId: wordOf(given.rpId, /^[a-z0-9.-]{1,253}$/i),
    allowCredentials: listOf(given.allowCredentials, 64, descriptorOf),
    userVerification: wordOf(given.userVerification, WORD),
    hints: listOf(given.hints, 8, (hint) => wordOf(hint, WORD)),
    extensions: extensionsOf(given.extensions),
  });
}

/** A request with 64 credentials of the longest kind is below it. */
const LONGEST = 128 * 1024;

/** As `public-key`, `preferred`, `cable`. */
const WORD = /^[a-z-]{1,32}$/;

function descriptorOf(value: unknown): PasskeyDescriptor | undefined {
  const given = objectOf(value);
  const id = bytesOf(given?.id);
  if (given?.type !== 'public-key' || id === undefined) return undefined;
  return defined<PasskeyDescriptor>({
    type: 'public-key',
    id,
    transports: listOf(given.transports, 8, (transport) => wordOf(transport, WORD)),
  });
}

/** The one extension that decides which credential is found. A relying party has to do without the others. */
function extensionsOf(value: unknown): PasskeyRequest['extensions'] {
  const appid = wordOf(objectOf(value)?.appid, /^https:\/\/[\w.:/-]{1,300}$/);
  return appid === undefined ? undefined : { appid };
}

/** Bytes in base64url, at most 1 kB. */
function bytesOf(value: unknown): string | undefined {
  return wordOf(value, /^[\w-]{1,1366}$/);
}

function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 86_400_000 ? value : undefined;
}

function wordOf(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

function listOf<T>(value: unknown, most: number, read: (member: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.slice(0, most).flatMap((member) => read(member) ?? []);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not JSON is no request; its text may be anything, and is not repeated.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The object without what is undefined in it. */
function defined<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  // Only members that their type lets be absent are undefined here.
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as T;
}
