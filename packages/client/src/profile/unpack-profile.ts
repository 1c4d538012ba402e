import { join } from 'node:path';
import { type BundleManifest, type UnpackOptions, unpackBundle } from '@wakey/bundle';
import { isKept, type ProfileFormat, WakeyError } from '@wakey/core';
import { formatOf } from './recorded-format.js';

/**
 * Unpacks the profile in a bundle, but only the files that a backup contains: a lock, a record of a running browser or
 * settings in somebody else's bundle would control the next start of the browser. Throws `bundle-unsupported` if the
 * bundle holds no profile, or a profile of another format. Otherwise promises the same as `unpackBundle`.
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
    what: 'This bundle holds no browser profile. It holds a snapshot, which a driver without profiles wrote.',
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
