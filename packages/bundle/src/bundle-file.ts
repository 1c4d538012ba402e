import type { CancelSignal } from '@wakey/core';

/** A file that goes into a bundle. */
export interface BundleFile {
  /** Relative to the profile, with `/` on every system. */
  readonly path: string;
  /** In bytes. The content from `open` must be exactly that long. */
  readonly size: number;
  /**
   * The content of the file, from the start. A file that is gone rejects with `ENOENT`. With `buffer`, every chunk may use
   * that memory: the reader finishes with a chunk before it requests the next. Without `buffer`, each chunk has its own
   * memory.
   */
  open(buffer?: Uint8Array): AsyncIterable<Uint8Array>;
}

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
