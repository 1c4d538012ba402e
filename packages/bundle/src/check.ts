import type { PrivateTree } from '@wakey/host';
import type { BundleManifest } from './manifest.js';
import { type ReadBundleOptions, readBundle } from './unpack.js';

/** Reads a bundle to its end without writing, and returns its manifest. Throws what `unpackBundle` would throw. */
export function checkBundle(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadBundleOptions = {},
): Promise<BundleManifest> {
  return readBundle(bytes, nowhere, options);
}

const nowhere: PrivateTree = {
  make: async () => undefined,
  async write(_, content) {
    for await (const _chunk of content);
  },
  sync: async () => undefined,
};
