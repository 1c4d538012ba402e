import { type CallOptions, type PageHandle, WakeyError } from '@wakey/core';

/**
 * Rejects with `browser-unsuitable`, and names what is missing, if the browser lacks a feature that WhatsApp Web needs
 * to show a code or to store a login. The check uses each feature, because its name on `window` proves nothing.
 */
export async function checkBrowser(page: PageHandle, options: CallOptions): Promise<void> {
  const lacks = await page.evaluate(lacksInPage, null, options);
  if (lacks.length === 0) return;
  const missing = lacks.join(', ');
  const isWithheld = lacks.includes(secureContext);
  throw new WakeyError('browser-unsuitable', {
    what: `This browser lacks features that WhatsApp Web needs: ${missing}.`,
    hint: isWithheld
      ? 'Use an https address for the page: over plain http, browsers offer these features only on addresses of this machine, such as localhost.'
      : 'Use another browser or another driver.',
    details: { missing },
  });
}

const secureContext = 'a secure context';

/** Runs in the page, so it uses nothing outside its own text. */
async function lacksInPage(): Promise<string[]> {
  const { isSecureContext, crypto, navigator, indexedDB, caches } = globalThis as unknown as Partial<Needed>;
  const tried = async (what: string, attempt: () => unknown) => {
    try {
      return (await attempt()) === true ? [] : [what];
    } catch {
      // A feature that throws counts as missing.
      return [what];
    }
  };
  const keepsKeys = async () => {
    const key = await crypto?.subtle?.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
    return Object.prototype.toString.call(structuredClone(key)) === '[object CryptoKey]';
  };
  // Lightpanda 0.4 reports every page as insecure but withholds no feature.
  const isWithheld = isSecureContext === false && crypto?.subtle === undefined;
  return [
    ...(isWithheld ? ['a secure context'] : []),
    ...(await tried('IndexedDB', () => indexedDB !== undefined)),
    ...(await tried('keys that IndexedDB can store (CryptoKey)', keepsKeys)),
    ...(await tried('CacheStorage', async () => (await caches?.keys()) !== undefined)),
    ...(await tried('Web Locks', () => navigator?.locks?.request('wakey', { ifAvailable: true }, () => true))),
  ];
}

interface Needed {
  readonly isSecureContext: boolean;
  readonly indexedDB: object;
  readonly caches: { keys(): Promise<readonly string[]> };
  readonly crypto: {
    readonly subtle?: {
      generateKey(algorithm: object, isExtractable: boolean, uses: readonly string[]): Promise<object>;
    };
  };
  readonly navigator: {
    readonly locks?: { request(name: string, options: object, work: () => boolean): Promise<boolean> };
  };
}
