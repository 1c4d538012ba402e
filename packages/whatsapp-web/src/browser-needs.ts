import { type CallOptions, type PageHandle, WakeyError } from '@wakey/core';

/** What WhatsApp Web needs of a browser to show a code or to store a login. */
export const browserNeeds = [
  'secure context',
  'IndexedDB',
  'keys that IndexedDB can store (CryptoKey)',
  'CacheStorage',
  'Web Locks',
  'AES-GCM',
  'AES-CBC',
  'HKDF',
  'PBKDF2',
  'HMAC',
  'SHA-256',
  'WebSocket',
] as const;

type BrowserNeed = (typeof browserNeeds)[number];

/**
 * Rejects with `browser-unsuitable`, and names what is missing, if the browser lacks a feature that WhatsApp Web needs
 * to show a code or to store a login.
 */
export async function checkBrowser(page: PageHandle, options: CallOptions): Promise<void> {
  const lacks = await lacksOf(page, options);
  if (lacks.length === 0) return;
  const isWithheld = lacks.includes('secure context');
  throw new WakeyError('browser-unsuitable', {
    what: `The page finds no ${lacks.join(', no ')}.`,
    hint: isWithheld
      ? 'Use an https address for the page: over plain http, browsers offer these features only on addresses of this machine, such as localhost.'
      : 'Use another browser or another driver.',
    details: { missing: lacks.join(', ') },
  });
}

/**
 * Returns the needs that the browser does not meet on the present document. Of IndexedDB and WebSocket the check sees only that
 * they exist; it uses every other feature, because a name on `window` proves nothing.
 */
export function lacksOf(page: PageHandle, options: CallOptions): Promise<string[]> {
  return page.evaluate(lacksInPage, null, options);
}

/** Runs in the page, so it uses nothing outside its own text. */
async function lacksInPage(): Promise<string[]> {
  const { isSecureContext, crypto, navigator, indexedDB, caches, WebSocket } = globalThis as unknown as Partial<Needed>;
  const subtle = crypto?.subtle;
  const bytes = new Uint8Array(32);
  const imported = (name: string, ...uses: string[]) => {
    if (subtle === undefined) throw new Error('there is no crypto.subtle');
    return subtle.importKey('raw', bytes, name === 'HMAC' ? { name, hash: 'SHA-256' } : name, false, uses);
  };
  const encrypts = async (name: string) =>
    subtle?.encrypt(
      { name, iv: bytes.subarray(0, name === 'AES-GCM' ? 12 : 16) },
      await imported(name, 'encrypt'),
      bytes,
    );
  const derives = async (name: string) =>
    subtle?.deriveKey(
      { name, hash: 'SHA-256', salt: bytes, ...(name === 'HKDF' ? { info: bytes } : { iterations: 1 }) },
      await imported(name, 'deriveKey'),
      { name: name === 'HKDF' ? 'AES-CBC' : 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  const attempts: { readonly [N in BrowserNeed]: () => unknown } = {
    // Lightpanda 0.4 reports every page as insecure but withholds no feature.
    'secure context': () => isSecureContext !== false || subtle !== undefined,
    IndexedDB: () => indexedDB !== undefined,
    'keys that IndexedDB can store (CryptoKey)': async () => {
      const key = await subtle?.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
      return Object.prototype.toString.call(structuredClone(key)) === '[object CryptoKey]';
    },
    CacheStorage: async () => (await caches?.keys()) !== undefined,
    'Web Locks': () => navigator?.locks?.request('wakey', { ifAvailable: true }, () => true),
    'AES-GCM': async () => (await encrypts('AES-GCM')) !== undefined,
    'AES-CBC': async () => (await encrypts('AES-CBC')) !== undefined,
    HKDF: async () => (await derives('HKDF')) !== undefined,
    PBKDF2: async () => (await derives('PBKDF2')) !== undefined,
    HMAC: async () => (await subtle?.sign('HMAC', await imported('HMAC', 'sign'), bytes)) !== undefined,
    'SHA-256': async () => (await subtle?.digest('SHA-256', bytes)) !== undefined,
    WebSocket: () => typeof WebSocket === 'function',
  };
  const isMet = async (attempt: () => unknown) => {
    try {
      return (await attempt()) === true;
    } catch {
      // A feature that throws counts as missing.
      return false;
    }
  };
  const lacks: string[] = [];
  for (const [need, attempt] of Object.entries(attempts)) if (!(await isMet(attempt))) lacks.push(need);
  return lacks;
}

interface Needed {
  readonly isSecureContext: boolean;
  readonly indexedDB: object;
  readonly caches: { keys(): Promise<readonly string[]> };
  readonly crypto: { readonly subtle?: Subtle };
  readonly navigator: {
    readonly locks?: { request(name: string, options: object, work: () => boolean): Promise<boolean> };
  };
  readonly WebSocket: unknown;
}

/** The methods of `SubtleCrypto` that the check calls. This package is compiled without the types of the DOM. */
interface Subtle {
  generateKey(algorithm: object, isExtractable: boolean, uses: readonly string[]): Promise<object>;
  importKey(
    format: 'raw',
    bytes: Uint8Array,
    algorithm: object | string,
    isExtractable: boolean,
    uses: readonly string[],
  ): Promise<object>;
  encrypt(algorithm: object, key: object, bytes: Uint8Array): Promise<ArrayBuffer>;
  deriveKey(
    algorithm: object,
    key: object,
    wanted: object,
    isExtractable: boolean,
    uses: readonly string[],
  ): Promise<object>;
  sign(name: 'HMAC', key: object, bytes: Uint8Array): Promise<ArrayBuffer>;
  digest(name: 'SHA-256', bytes: Uint8Array): Promise<ArrayBuffer>;
}
