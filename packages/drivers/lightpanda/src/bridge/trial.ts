/// <reference lib="dom" />
import type { BridgeName } from './install.js';

/** Tries what a document can do, and names what this browser lacks. Runs in a document that has storage. */
export async function trial(): Promise<BridgeName[]> {
  const lacks: BridgeName[] = [];
  if (!(await storesKeys())) lacks.push('keys');
  if (typeof navigator.locks?.request !== 'function') lacks.push('locks');
  if (typeof globalThis.caches?.open !== 'function') lacks.push('caches');
  if (!('request' in IDBCursor.prototype)) lacks.push('cursor-request');
  return lacks;
}

async function storesKeys(): Promise<boolean> {
  try {
    const raw = new Uint8Array(32);
    const key = await crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveBits']);
    return structuredClone(key) instanceof CryptoKey;
  } catch {
    // The browser refuses the key or its clone.
    return false;
  }
}
