import type { CodeFacts } from '../facts.js';
import { patiently, pause } from './deadline.js';
import type { Finder } from './finder.js';
import { ask, attempt, functionOf, objectOf, textOf } from './page-window.js';
import { parseQr, type QrText } from './qr-text.js';

/** Reads the QR code that the page shows. */
export interface QrReader {
  /** Records the pairing ref, so that the age of a code is known. */
  look(): void;
  /** Builds the code and returns it; undefined while there is none. */
  read(): Promise<CodeFacts | undefined>;
}

/**
 * The page may wait for a passcode forever before it returns the noise key. After this time the reader takes the code
 * that the document shows.
 */
const keysMs = 3_000;
/** The document draws a code a few ticks after the modules know it. */
const drawMs = 60;
const draws = 6;

/** See {@link QrReader}. */
export function readQr(finder: Finder): QrReader {
  const keys = patiently(keysMs, () => publicKeys(finder));
  const secrets = patiently(keysMs, () => advSecret(finder));
  let ref: string | undefined;
  let hasWatched = false;
  let since: number | undefined;
  let last: QrText | undefined;

  function look(): void {
    const now = shownRef(finder);
    if (now !== ref) since = hasWatched && now !== undefined ? performance.now() : undefined;
    hasWatched = true;
    ref = now;
  }

  async function read(): Promise<CodeFacts | undefined> {
    look();
    if (ref === undefined) return undefined;
    const found = await settle();
    if (found === undefined) return undefined;
    // The same code in another form, such as with a prefix, is not a new code.
    if (last?.fields !== found.fields) last = found;
    return { text: last.text, ...timeLeft() };
  }

  /**
   * Returns the code on which the modules and the document agree. If they go on to differ, it returns the code that the
   * document shows, because the phone scans that one.
   */
  async function settle(): Promise<QrText | undefined> {
    for (let draw = 1; ; draw += 1) {
      const shown = drawnQr(finder);
      const built = await build();
      const isAlone = built === undefined || shown === undefined;
      if (isAlone || built.fields === shown.fields) return shown ?? built;
      if (draw === draws) return shown.ref === built.ref ? shown : built;
      await pause(drawMs);
    }
  }

  async function build(): Promise<QrText | undefined> {
    const platform = finder.first('qr-platform');
    if (platform === undefined || 'selector' in platform.place) return undefined;
    const [noise, identity] = (await keys()) ?? [];
    const secret = await secrets();
    // Read the ref last, because it may change while the keys are read.
    const current = moduleRef(finder);
    if (current === undefined || noise === undefined || identity === undefined || secret === undefined)
      return undefined;
    return parseQr([current, noise, identity, secret, String(platform.values[0])].join());
  }

  function timeLeft(): { readonly ttl?: number } {
    const ttl = objectOf(finder.first('qr-ref')?.values[0])?.refTTL;
    if (since === undefined || typeof ttl !== 'number' || ttl <= 0) return {};
    // `refTTL` may be in seconds or in milliseconds. Codes live for 60 s or 20 s, so a number below 100 is in seconds.
    const ms = ttl < 100 ? ttl * 1_000 : ttl;
    return { ttl: Math.max(0, Math.round(since + ms - performance.now())) };
  }

  return { look, read };
}

/** Returns the current pairing ref; undefined if the page has none. */
export function shownRef(finder: Finder): string | undefined {
  const hasModule = finder.every('qr-ref').some(({ place }) => 'module' in place);
  return hasModule ? moduleRef(finder) : drawnQr(finder)?.ref;
}

function moduleRef(finder: Finder): string | undefined {
  const found = finder.every('qr-ref').find(({ place }) => 'module' in place);
  return textOf(objectOf(found?.values[0])?.ref);
}

/** Returns the code that the document shows. */
function drawnQr(finder: Finder): QrText | undefined {
  const element = finder.every('qr-ref').find(({ place }) => 'selector' in place)?.values[0];
  return parseQr((element as Element | undefined)?.getAttribute('data-ref') ?? null);
}

/** Returns the two public keys, in base64. */
async function publicKeys(finder: Finder): Promise<readonly [string, string] | undefined> {
  const noise = objectOf(await ask(objectOf(finder.first('qr-noise-key')?.values[0]), 'get'));
  const identity = objectOf(await ask(objectOf(finder.first('qr-identity-key')?.values[0]), 'getRegistrationInfo'));
  const first = publicKey(noise?.staticKeyPair);
  const second = publicKey(identity?.identityKeyPair);
  return first === undefined || second === undefined ? undefined : [first, second];
}

/**
 * Reads the secret again for every code: the page makes another secret for each batch of refs, and sometimes within a
 * batch.
 */
async function advSecret(finder: Finder): Promise<string | undefined> {
  for (const { place, values } of finder.every('qr-adv-secret')) {
    const tell = functionOf(values[0]);
    const told = 'module' in place ? textOf(await attempt(() => tell?.())) : undefined;
    if (told !== undefined) return told;
  }
  return undefined;
}

function publicKey(pair: unknown): string | undefined {
  const key = objectOf(pair)?.pubKey;
  const bytes = key instanceof ArrayBuffer ? new Uint8Array(key) : ArrayBuffer.isView(key) ? viewBytes(key) : undefined;
  return bytes === undefined ? undefined : btoa(String.fromCharCode(...bytes));
}

function viewBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
