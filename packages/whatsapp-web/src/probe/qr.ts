import type { CodeFacts } from '../facts.js';
import { patiently, pause } from './deadline.js';
import type { Finder } from './finder.js';
import { ask, attempt, functionOf, objectOf, textOf } from './page-window.js';
import { parseQr, type QrText } from './qr-text.js';

/** Reads the code that the page offers to be scanned. */
export interface QrReader {
  /** Takes note of the pairing ref, so that the age of a code is known. */
  look(): void;
  /** The code, built anew; undefined while there is none. */
  read(): Promise<CodeFacts | undefined>;
}

/** The noise key can wait for a passcode for ever; past this the document's code is taken. */
const keysMs = 3_000;
/** The document draws a code some ticks after the modules have it. */
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
    // The same code in another form (with a prefix, say) is not a new code.
    if (last?.fields !== found.fields) last = found;
    return { text: last.text, ...timeLeft() };
  }

  /** What modules and document agree on; where they go on to differ, what the document shows is what is scanned. */
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
    // Only now: the ref may have changed while the keys were awaited.
    const current = moduleRef(finder);
    if (current === undefined || noise === undefined || identity === undefined || secret === undefined)
      return undefined;
    return parseQr([current, noise, identity, secret, String(platform.values[0])].join());
  }

  function timeLeft(): { readonly ttl?: number } {
    const ttl = objectOf(finder.first('qr-ref')?.values[0])?.refTTL;
    if (since === undefined || typeof ttl !== 'number' || ttl <= 0) return {};
    // Seconds or milliseconds: the service's codes live for 60 and 20 s, and none for a tenth of a second.
    const ms = ttl < 100 ? ttl * 1_000 : ttl;
    return { ttl: Math.max(0, Math.round(since + ms - performance.now())) };
  }

  return { look, read };
}

/** The pairing ref now; undefined when the page has none. */
export function shownRef(finder: Finder): string | undefined {
  const hasModule = finder.every('qr-ref').some(({ place }) => 'module' in place);
  return hasModule ? moduleRef(finder) : drawnQr(finder)?.ref;
}

function moduleRef(finder: Finder): string | undefined {
  const found = finder.every('qr-ref').find(({ place }) => 'module' in place);
  return textOf(objectOf(found?.values[0])?.ref);
}

/** The code in the document. */
function drawnQr(finder: Finder): QrText | undefined {
  const element = finder.every('qr-ref').find(({ place }) => 'selector' in place)?.values[0];
  return parseQr((element as Element | undefined)?.getAttribute('data-ref') ?? null);
}

/** The two public keys, in base64. */
async function publicKeys(finder: Finder): Promise<readonly [string, string] | undefined> {
  const noise = objectOf(await ask(objectOf(finder.first('qr-noise-key')?.values[0]), 'get'));
  const identity = objectOf(await ask(objectOf(finder.first('qr-identity-key')?.values[0]), 'getRegistrationInfo'));
  const first = publicKey(noise?.staticKeyPair);
  const second = publicKey(identity?.identityKeyPair);
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** Read anew for every code: the page makes another secret for each batch of refs, and at times within one. */
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
