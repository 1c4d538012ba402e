import type { CancelSignal } from '@wakey/core';

/** The layout of a bundle: the names of its entries, in their order. */
export const layout = {
  manifest: 'wakey.json',
  /** Before the path of each file. */
  files: 'profile/',
  /** The last entry: its presence proves that nothing is missing. */
  checksums: 'SHA256SUMS',
} as const;

/** Calls `abort` when `signal` is aborted, at once if it already is. Returns a function that removes the listener. */
export function onAbort(signal: CancelSignal | undefined, abort: () => void): () => void {
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  return () => signal?.removeEventListener('abort', abort);
}
