import type { CancelSignal } from '@wakey/core';

/** A file that goes into a bundle. */
export interface BundleFile {
  /** Relative to the profile, with `/` on every system. */
  readonly path: string;
  /** In bytes. What `open` gives must be exactly that long. */
  readonly size: number;
  /**
   * Its content, from the start. A file that is gone rejects with `ENOENT`. With `buffer`, that memory may be used for every
   * chunk: one is done with when the next is asked for. Without, each chunk has memory of its own.
   */
  open(buffer?: Uint8Array): AsyncIterable<Uint8Array>;
}

/** How a bundle is laid out: names of its entries, in their order. */
export const layout = {
  manifest: 'wakey.json',
  /** Before the path of each file. */
  files: 'profile/',
  /** The last entry: its presence proves that nothing is missing. */
  checksums: 'SHA256SUMS',
} as const;

/** Calls `abort` once `signal` is aborted, at once if it is. Gives what undoes that. */
export function onAbort(signal: CancelSignal | undefined, abort: () => void): () => void {
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  return () => signal?.removeEventListener('abort', abort);
}
