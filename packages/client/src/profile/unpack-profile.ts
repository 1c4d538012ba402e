import { join } from 'node:path';
import { type BundleManifest, type UnpackOptions, unpackBundle } from '@wakey/bundle';
import { isKept, type ProfileFormat, WakeyError } from '@wakey/core';
import { formatOf } from './recorded-format.js';

/**
 * Unpacks a bundle as a browser's profile, and only the files that packing would put into a bundle, by the same table. A
 * lock, a record of a running browser or settings in a bundle from elsewhere would steer the next start. Throws
 * `bundle-unsupported` if the bundle holds no profile, or one of another format. Its other promises are those of
 * `unpackBundle`.
 */
export async function unpackProfile(
  bytes: AsyncIterable<Uint8Array>,
  into: string,
  format: ProfileFormat,
  options: Omit<UnpackOptions, 'takes'> = {},
): Promise<BundleManifest> {
  const manifest = await unpackBundle(bytes, into, { ...options, takes: (path) => isKept(format.parts, path) });
  if (manifest.kind !== 'profile') throw noProfile(manifest);
  if (formatOf(manifest) !== format.name) throw otherFormat(manifest, format);
  await format.reduce(join(into, 'profile'));
  return manifest;
}

function noProfile({ driver }: BundleManifest): WakeyError {
  return new WakeyError('bundle-unsupported', {
    what: 'This bundle holds no browser profile but a snapshot, which comes from a browser without profiles.',
    hint: `Nothing was changed. Use the driver that made it: ${driver}.`,
    details: { driver },
  });
}

function otherFormat(manifest: BundleManifest, format: ProfileFormat): WakeyError {
  return new WakeyError('bundle-unsupported', {
    what: `This bundle holds a profile of the format "${formatOf(manifest)}", which a browser for "${format.name}" cannot use.`,
    hint: `Nothing was changed. Use a driver of that browser, such as the one that made it: ${manifest.driver}.`,
    details: { driver: manifest.driver },
  });
}
