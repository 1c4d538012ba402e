/// <reference lib="dom" />
import { bytesOf } from './codec.js';
import { holds, replaced, replaceInPlace } from './graph.js';
import type { Sealer } from './seal.js';
import { wrapGetter, wrapMethod } from './wrap.js';

/** A key as it is stored: its material is sealed, so no reader of the storage can use it. */
interface Marker {
  readonly '@wakey/key': 1;
  readonly type: KeyType;
  readonly extractable: boolean;
  readonly algorithm: KeyAlgorithm;
  readonly usages: readonly KeyUsage[];
  readonly format: KeyFormat;
  /** The sealed bytes of the key in this format. */
  readonly sealed: Uint8Array<ArrayBuffer>;
}

/**
 * Lets a page store a CryptoKey in IndexedDB and clone it, in a browser that cannot: the browser's key is replaced by a marker when it
 * is stored, and a marker by a stand-in when it is read. A stand-in becomes a key of the browser when it is first used. A key whose
 * material the browser does not give out stays one that cannot be stored. Runs in the page.
 */
export function bridgeKeys(sealer: Sealer): void {
  const markers = new WeakMap<CryptoKey, Marker>();
  /** The browser's key for each stand-in that was used. */
  const natives = new WeakMap<CryptoKey, Promise<CryptoKey>>();
  const standIns = new WeakSet<object>();
  const { importKey, exportKey } = natively();

  const remember = async (key: CryptoKey, format: KeyFormat, material: Uint8Array<ArrayBuffer>) => {
    const { type, extractable, usages } = key;
    const algorithm = plainAlgorithm(key.algorithm);
    const sealed = await sealer.seal(material);
    markers.set(key, { '@wakey/key': 1, type, extractable, algorithm, usages: [...usages], format, sealed });
    return key;
  };
  const nativeOf = (key: unknown): unknown => {
    if (typeof key !== 'object' || key === null || !standIns.has(key)) return key;
    const standIn = key as CryptoKey;
    const known = natives.get(standIn) ?? imported(markers.get(standIn) as Marker);
    natives.set(standIn, known);
    return known;
  };
  const imported = async ({ format, sealed, algorithm, extractable, usages }: Marker): Promise<CryptoKey> => {
    const material = await sealer.open(sealed);
    const given = format === 'jwk' ? JSON.parse(new TextDecoder().decode(material)) : material;
    return importKey(format, given, algorithm, extractable, usages);
  };
  /** Takes the material of a key that the browser has just made, and returns the key as it was asked for. */
  const taken = async (open: CryptoKey, extractable: boolean): Promise<CryptoKey> => {
    for (const format of FORMATS[open.type] ?? []) {
      const material = await exportKey(format, open).then(
        (given) => (format === 'jwk' ? new TextEncoder().encode(JSON.stringify(given)) : bytesOf(given as ArrayBuffer)),
        () => undefined,
      );
      if (material === undefined || material.length === 0) continue;
      const given = format === 'jwk' ? JSON.parse(new TextDecoder().decode(material)) : material;
      const wanted = open.type === 'public' || extractable;
      const key = await importKey(format, given, open.algorithm, wanted, open.usages).catch(() => undefined);
      if (key !== undefined) return remember(key, format, material);
    }
    return open;
  };

  wrapMethod(SubtleCrypto.prototype, 'importKey', (native) => async (self, ...given) => {
    const [format, material] = given;
    // The page may change the bytes as soon as it has the key.
    const copy = format === 'jwk' ? new TextEncoder().encode(JSON.stringify(material)) : copied(material);
    const key = (await native(self, ...given)) as CryptoKey;
    return copy === undefined ? key : remember(key, format as KeyFormat, copy);
  });
  makeOpen('generateKey', 1, () => undefined);
  makeOpen('deriveKey', 3, async (given) => {
    given[0] = await withNative(given[0]);
    given[1] = await nativeOf(given[1]);
  });
  makeOpen('unwrapKey', 5, async (given) => {
    given[2] = await nativeOf(given[2]);
  });
  for (const name of ['encrypt', 'decrypt', 'sign', 'verify', 'deriveBits', 'exportKey'] as const) {
    wrapMethod(SubtleCrypto.prototype, name, (native) => async (self, ...given) => {
      given[0] = await withNative(given[0]);
      given[1] = await nativeOf(given[1]);
      return native(self, ...given);
    });
  }
  wrapMethod(SubtleCrypto.prototype, 'wrapKey', (native) => async (self, ...given) => {
    given[1] = await nativeOf(given[1]);
    given[2] = await nativeOf(given[2]);
    return native(self, ...given);
  });

  /** `at`: the place of the argument `extractable`. */
  function makeOpen(
    name: 'generateKey' | 'deriveKey' | 'unwrapKey',
    at: number,
    prepare: (given: unknown[]) => Promise<void> | void,
  ): void {
    wrapMethod(SubtleCrypto.prototype, name, (native) => async (self, ...given) => {
      await prepare(given);
      const extractable = Boolean(given[at]);
      // A page that may not read its key gets one that it cannot read; only this function sees the readable one.
      const made = (await native(self, ...given.with(at, true))) as CryptoKey | CryptoKeyPair;
      const secret = 'privateKey' in made ? made.privateKey : made;
      const key = await taken(secret, extractable);
      // The browser does not give this key out: make one as the page asked for it, which cannot be stored.
      if (key === secret && !extractable) return native(self, ...given);
      return 'privateKey' in made ? { publicKey: await taken(made.publicKey, true), privateKey: key } : key;
    });
  }
  async function withNative(algorithm: unknown): Promise<unknown> {
    if (typeof algorithm !== 'object' || algorithm === null || !('public' in algorithm)) return algorithm;
    return { ...algorithm, public: await nativeOf(algorithm.public) };
  }

  bridgeClones({
    pack: (key) => markers.get(key),
    revive(marker) {
      const key: CryptoKey = Object.create(CryptoKey.prototype);
      standIns.add(key);
      markers.set(key, marker);
      return key;
    },
  });
  for (const name of ['type', 'extractable', 'algorithm', 'usages'] as const) {
    wrapGetter(CryptoKey.prototype, name, (native) => (self) => {
      if (!standIns.has(self as object)) return native(self);
      const value = (markers.get(self as CryptoKey) as Marker)[name];
      return Array.isArray(value) ? [...value] : value;
    });
  }
}

/** How keys become markers and markers keys. */
interface Clones {
  pack(key: CryptoKey): Marker | undefined;
  revive(marker: Marker): CryptoKey;
}

/** Every way by which a value with keys enters a structured clone, or leaves it. */
function bridgeClones(clones: Clones): void {
  const packed = (value: unknown) => (holds(value, isKey) ? replaced(value, isKey, (key) => packKey(key)) : value);
  const packKey = (key: CryptoKey) => {
    const marker = clones.pack(key);
    if (marker === undefined) throw new DOMException('The object can not be cloned', 'DataCloneError');
    return marker;
  };
  const revived = (value: unknown) => (holds(value, isMarker) ? replaceInPlace(value, isMarker, clones.revive) : value);
  for (const name of ['put', 'add'] as const) {
    wrapMethod(
      IDBObjectStore.prototype,
      name,
      (native) =>
        (self, value, ...given) =>
          native(self, packed(value), ...given),
    );
  }
  wrapMethod(IDBCursor.prototype, 'update', (native) => (self, value) => native(self, packed(value)));
  const roots = new WeakMap<Marker, CryptoKey>();
  /** What a page has read already: a page reads one result several times, and each search visits the whole value. */
  const searched = new WeakSet<object>();
  const once = (native: (self: unknown) => unknown) => (self: unknown) => {
    const value = native(self);
    if (typeof value !== 'object' || value === null || searched.has(value)) return value;
    if (!isMarkerItself(value)) {
      searched.add(value);
      return revived(value);
    }
    // A key that is itself the value cannot be replaced in place; each reading of one value must return the same key.
    const known = roots.get(value) ?? clones.revive(value);
    roots.set(value, known);
    return known;
  };
  wrapGetter(IDBRequest.prototype, 'result', once);
  wrapGetter(IDBCursorWithValue.prototype, 'value', once);
  wrapMethod(globalThis, 'structuredClone', (native) => (self, value, ...given) => {
    const cloned = native(self, packed(value), ...given);
    return isMarkerItself(cloned) ? clones.revive(cloned) : revived(cloned);
  });
  const { Worker, MessagePort, BroadcastChannel } = globalThis;
  for (const sender of [globalThis, Worker?.prototype, MessagePort?.prototype, BroadcastChannel?.prototype]) {
    wrapMethod(
      sender,
      'postMessage',
      (native) =>
        (self, value, ...given) =>
          native(self, packed(value), ...given),
    );
  }
  wrapGetter(globalThis.MessageEvent?.prototype, 'data', once);
}

function isKey(value: object): value is CryptoKey {
  return value instanceof CryptoKey;
}

function isMarker(value: object): value is Marker {
  return '@wakey/key' in value;
}

function isMarkerItself(value: unknown): value is Marker {
  return typeof value === 'object' && value !== null && isMarker(value);
}

const FORMATS: { readonly [T in KeyType]?: readonly KeyFormat[] } = {
  secret: ['raw'],
  private: ['pkcs8', 'jwk'],
  public: ['spki', 'raw', 'jwk'],
};

/** The methods of the browser, before this script replaces them. */
function natively() {
  const { importKey, exportKey } = SubtleCrypto.prototype;
  const { subtle } = crypto;
  const call = <T>(method: unknown, given: readonly unknown[]): Promise<T> =>
    Reflect.apply(method as (...given: unknown[]) => Promise<T>, subtle, given);
  return {
    importKey: (
      format: KeyFormat,
      material: Uint8Array | JsonWebKey,
      algorithm: KeyAlgorithm,
      extractable: boolean,
      usages: readonly KeyUsage[],
    ) => call<CryptoKey>(importKey, [format, material, algorithm, extractable, usages]),
    exportKey: (format: KeyFormat, key: CryptoKey) => call<ArrayBuffer | JsonWebKey>(exportKey, [format, key]),
  };
}

function copied(material: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (!(material instanceof ArrayBuffer) && !ArrayBuffer.isView(material)) return undefined;
  return bytesOf(material).slice();
}

/** The algorithm of a key as plain values. */
function plainAlgorithm(algorithm: KeyAlgorithm): KeyAlgorithm {
  return structuredClone({ ...algorithm });
}
