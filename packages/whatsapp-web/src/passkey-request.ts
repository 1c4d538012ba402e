/**
 * The options of a WebAuthn assertion request, in the JSON form of WebAuthn level 3
 * (`PublicKeyCredentialRequestOptionsJSON`). It has only members that this parser knows and has checked, because people
 * paste the request into a browser.
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

/** One credential that may answer the request. */
export interface PasskeyDescriptor {
  readonly type: 'public-key';
  readonly id: string;
  readonly transports?: readonly string[];
}

/** Parses a page's request; returns undefined if the text is no request. Members of an unknown form are dropped. */
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

/** Longest accepted text: a request with 64 credentials of the greatest length is shorter. */
const LONGEST = 128 * 1024;

/** A keyword such as `public-key`, `preferred` or `cable`. */
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

/**
 * `appid` is the only extension that decides which credential is found. Relying parties must work without the others.
 */
function extensionsOf(value: unknown): PasskeyRequest['extensions'] {
  const appid = wordOf(objectOf(value)?.appid, /^https:\/\/[\w.:/-]{1,300}$/);
  return appid === undefined ? undefined : { appid };
}

/** Base64url text of at most 1 kB of bytes. */
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
    // A text that is not JSON is no request. No error quotes it, because it may contain anything.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns the object without its undefined members. */
function defined<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  // Only members that the type allows to be absent are undefined here.
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as T;
}
