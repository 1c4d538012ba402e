import type { Facts } from '../facts.js';
import { objectOf, type PageWindow, textOf } from './page-window.js';
import { fromBase64Url, toJson } from './passkey-json.js';
import { Refusal } from './refusal.js';

/** The page's requests for a WebAuthn assertion, which someone outside the page answers. */
export interface Passkeys {
  read(): Pick<Facts, 'passkey'>;
  /** Hands the page an assertion in the JSON form of WebAuthn level 3. Throws a Refusal if the text is no assertion. */
  answer(json: string): void;
  /** Rejects the page's request. */
  refuse(): void;
}

interface Pending {
  readonly request: string;
  readonly lapsesAt: number | undefined;
  readonly resolve: (credential: Credential) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Replaces `navigator.credentials.get` while no device is registered: a browser that runs unattended does not have the
 * owner's passkey, so the program passes the request to a person. All other requests go to the browser, if it has WebAuthn.
 */
export function interceptPasskeys(page: PageWindow, isLinking: () => boolean, changed: () => void): Passkeys {
  let pending: Pending | undefined;
  const container: CredentialsContainer | undefined = page.navigator.credentials;
  const original = container?.get.bind(container);

  function get(options?: CredentialRequestOptions): Promise<Credential | null> {
    const request = options?.mediation === 'conditional' ? undefined : options?.publicKey;
    if (request !== undefined && isLinking()) return ask(request, options?.signal);
    if (original !== undefined) return original(options);
    return request === undefined ? Promise.resolve(null) : Promise.reject(notAllowed(page));
  }

  function ask(request: PublicKeyCredentialRequestOptions, signal: AbortSignal | undefined): Promise<Credential> {
    pending?.reject(new page.DOMException('Another request took its place.', 'AbortError'));
    const { timeout } = request;
    const asked = new Promise<Credential>((resolve, reject) => {
      const lapsesAt = timeout === undefined ? undefined : performance.now() + timeout;
      const text = JSON.stringify(toJson({ rpId: page.location.hostname, ...request }));
      pending = { request: text, lapsesAt, resolve, reject };
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (timeout !== undefined) setTimeout(() => reject(notAllowed(page)), timeout);
    });
    const mine = pending;
    const forget = () => {
      if (pending === mine) pending = undefined;
      changed();
    };
    asked.then(forget, forget);
    changed();
    return asked;
  }

  // A browser without WebAuthn, such as Lightpanda, has no container: here a person answers, not the browser.
  const own = container ?? { create: () => Promise.reject(notAllowed(page)) };
  Object.defineProperty(own, 'get', { value: get, configurable: true, enumerable: false, writable: true });
  if (container === undefined) {
    Object.defineProperty(page.navigator, 'credentials', { value: own, configurable: true, enumerable: true });
  }

  return {
    read() {
      if (pending === undefined) return {};
      const { request, lapsesAt } = pending;
      const ttl = lapsesAt === undefined ? {} : { ttl: Math.max(0, Math.round(lapsesAt - performance.now())) };
      return { passkey: { request, ...ttl } };
    },
    answer(json) {
      if (pending === undefined) throw new Refusal('refused', 'The page does not request a passkey.');
      pending.resolve(credentialOf(page, json));
    },
    refuse() {
      if (pending === undefined) throw new Refusal('refused', 'The page does not request a passkey.');
      pending.reject(notAllowed(page));
    },
  };
}

/** The error that a browser throws if its user declines or the time is over. */
function notAllowed(page: PageWindow): DOMException {
  return new page.DOMException('The operation either timed out or was not allowed.', 'NotAllowedError');
}

/** Builds an assertion like one of the browser. */
function credentialOf(page: PageWindow, json: string): Credential {
  const told = objectOf(parse(json));
  const inner = objectOf(told?.response);
  const id = textOf(told?.id);
  const bytes = (name: string): ArrayBuffer => {
    const buffer = fromBase64Url(inner?.[name]);
    if (buffer === undefined) throw new Refusal('refused', `The assertion has no ${name}.`);
    return buffer;
  };
  if (id === undefined) throw new Refusal('refused', 'The assertion has no id.');
  const response = dress(prototypeOf(page.AuthenticatorAssertionResponse), {
    clientDataJSON: bytes('clientDataJSON'),
    authenticatorData: bytes('authenticatorData'),
    signature: bytes('signature'),
    userHandle: fromBase64Url(inner?.userHandle) ?? null,
  });
  return dress(prototypeOf(page.PublicKeyCredential), {
    id,
    rawId: fromBase64Url(id) ?? new ArrayBuffer(0),
    type: 'public-key',
    authenticatorAttachment: told?.authenticatorAttachment ?? null,
    response,
    getClientExtensionResults: () => objectOf(told?.clientExtensionResults) ?? {},
    toJSON: () => told,
  });
}

/** The prototype of a platform class, or of plain objects in a browser without that class. */
function prototypeOf<T extends object>(platformClass: { readonly prototype: T } | undefined): T {
  return platformClass?.prototype ?? (Object.prototype as T);
}

/** Creates an object of a platform class and replaces its getters by values. */
function dress<T extends object>(prototype: T, values: Readonly<Record<string, unknown>>): T {
  const entries = Object.entries(values).map(([key, value]) => [key, { value, enumerable: true }]);
  return Object.create(prototype, Object.fromEntries(entries)) as T;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The error does not quote the text.
    throw new Refusal('refused', 'The assertion is not JSON.');
  }
}
