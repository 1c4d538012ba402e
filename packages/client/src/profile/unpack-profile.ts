import { join } from 'node:path';
import { type BundleManifest, type UnpackOptions, unpackBundle } from '@wakey/bundle';
import { fileTrouble, unlessAbsent } from '@wakey/host';
import { reduceLocalState } from './local-state.js';
import { isKept } from './parts.js';

/**
 * Unpacks a bundle as a browser's profile, and only the files that packing would put into a bundle, by the same table. A
 * lock, a record of a running browser or settings in a bundle from elsewhere would steer the next start. Its other promises
 * are those of `unpackBundle`.
 */
export async function unpackProfile(
  bytes: AsyncIterable<Uint8Array>,
  into: string,
  options: Omit<UnpackOptions, 'takes'> = {},
): Promise<BundleManifest> {
  const manifest = await unpackBundle(bytes, into, { ...options, takes: isKept });
  const profile = join(into, 'profile');
  try {
    await unlessAbsent(reduceLocalState(profile));
  } catch (error) {
    throw fileTrouble('session-unreadable', 'unpack the profile in', profile, error);
  }
  return manifest;
}
