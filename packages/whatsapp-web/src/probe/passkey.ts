import type { Facts } from '../facts.js';
import { objectOf, type PageWindow, textOf } from './page-window.js';
import { fromBase64Url, toJson } from './passkey-json.js';
import { Refusal } from './refusal.js';

/** The page's requests for a WebAuthn assertion, answered from outside. */
export interface Passkeys {
  read(): Pick<Facts, 'passkey'>;
  /** Gives the page an assertion, in the JSON form of WebAuthn level 3. Throws a Refusal when it is not one. */
  answer(json: string): void;
  /** Tells the page that there will be no assertion. */
  refuse(): void;
}

interface Pending {
  readonly request: string;
  readonly lapsesAt: number | undefined;
  readonly resolve: (credential: Credential) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Stands in for `navigator.credentials.get` while no device is registered: no browser that runs unattended has the
 * owner's passkey, so the request goes to whoever can answer it. All other requests go to the browser.
 */
export function interceptPasskeys(page: PageWindow, isLinking: () => boolean, changed: () => void): Passkeys {
  let pending: Pending | undefined;
  const container: CredentialsContainer | undefined = page.navigator.credentials;
  const original = container?.get.bind(container);

  function get(options?: CredentialRequestOptions): Promise<Credential | null> {
    const request = options?.mediation === 'conditional' ? undefined : options?.publicKey;
    if (request !== undefined && isLinking()) return ask(request, options?.signal);
    return original?.(options) ?? Promise.resolve(null);
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

  if (container !== undefined) {
    Object.defineProperty(container, 'get', { value: get, configurable: true, enumerable: false, writable: true });
  }

  return {
    read() {
      if (pending === undefined) return {};
      const { request, lapsesAt } = pending;
      const ttl = lapsesAt === undefined ? {} : { ttl: Math.max(0, Math.round(lapsesAt - performance.now())) };
      return { passkey: { request, ...ttl } };
    },
    answer(json) {
      if (pending === undefined) throw new Refusal('refused', 'The page asks for no passkey.');
      pending.resolve(credentialOf(page, json));
    },
    refuse() {
      if (pending === undefined) throw new Refusal('refused', 'The page asks for no passkey.');
      pending.reject(notAllowed(page));
    },
  };
}

/** What a browser throws when its user declines, or lets the time run out. */
function notAllowed(page: PageWindow): DOMException {
  return new page.DOMException('The operation either timed out or was not allowed.', 'NotAllowedError');
}

/** An assertion as the browser would give it. */
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
  const response = dress(page.AuthenticatorAssertionResponse.prototype, {
    clientDataJSON: bytes('clientDataJSON'),
    authenticatorData: bytes('authenticatorData'),
    signature: bytes('signature'),
    userHandle: fromBase64Url(inner?.userHandle) ?? null,
  });
  return dress(page.PublicKeyCredential.prototype, {
    id,
    rawId: fromBase64Url(id) ?? new ArrayBuffer(0),
    type: 'public-key',
    authenticatorAttachment: told?.authenticatorAttachment ?? null,
    response,
    getClientExtensionResults: () => objectOf(told?.clientExtensionResults) ?? {},
    toJSON: () => told,
  });
}

/** An object of a platform's class whose getters are replaced by values. */
function dress<T extends object>(prototype: T, values: Readonly<Record<string, unknown>>): T {
  const entries = Object.entries(values).map(([key, value]) => [key, { value, enumerable: true }]);
  return Object.create(prototype, Object.fromEntries(entries)) as T;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not JSON: said without quoting it.
    throw new Refusal('refused', 'The assertion is not JSON.');
  }
}
