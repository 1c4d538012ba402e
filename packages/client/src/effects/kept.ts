import type { StoredBundle, WriteOptions } from '@wakey/core';
import type { BundleManifest } from '../bundle/manifest.js';
import type { Proof, SessionRecord } from '../workspace/record.js';

/** What a bundle says about itself. */
export function manifestOf(record: SessionRecord, fence: number, createdAt: number): BundleManifest {
  const { driver, browser, me, linkedAt, origin } = record;
  if (driver === undefined || browser === undefined) throw new Error('no browser has run here');
  return {
    format: 1,
    kind: 'profile',
    createdAt,
    driver,
    browser,
    fence,
    ...(me === undefined ? {} : { me }),
    ...(linkedAt === undefined ? {} : { linkedAt }),
    ...(origin === undefined ? {} : { origin }),
  };
}

/**
 * What can be known of a generation without its bytes. The account stays inside: who lists a store need not know it. `proved`:
 * the older generation that the login is known to have come back with.
 */
export function metadataOf(
  { format, kind, createdAt, driver, browser, fence, origin }: BundleManifest,
  proved: number | undefined,
): Readonly<Record<string, string>> {
  return {
    format: String(format),
    kind,
    createdAt: String(createdAt),
    driver,
    browser: `${browser.product} ${browser.version}`,
    fence: String(fence),
    ...(origin === undefined ? {} : { origin }),
    ...(proved === undefined ? {} : { proved: String(proved) }),
  };
}

/** How a bundle is written, so that no write prunes the proved generation. */
export function writeOptionsOf(
  manifest: BundleManifest,
  { proved }: SessionRecord,
): Pick<WriteOptions, 'fence' | 'metadata' | 'keep'> {
  const metadata = metadataOf(manifest, proved?.generation);
  return { fence: manifest.fence, metadata, keep: proved === undefined ? [] : [proved.generation] };
}

/** The fence of the lease under which a generation was written; `undefined` for one that is not of our making. */
export function fenceOf({ metadata }: StoredBundle): number | undefined {
  return wholeNumber(metadata.fence);
}

/** The proof that was known when this generation was written; of its time no more than that it was not later. */
export function proofIn({ metadata }: StoredBundle): Proof | undefined {
  const generation = wholeNumber(metadata.proved);
  return generation === undefined ? undefined : { generation, at: wholeNumber(metadata.createdAt) ?? 0 };
}

function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text ?? Number.NaN);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
