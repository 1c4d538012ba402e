import { type BundleManifest, loginFactsOf } from '@wakey/bundle';
import type { StoredBundle, WriteOptions } from '@wakey/core';
import type { Proof, SessionRecord } from '../workspace/record.js';

/** Builds the manifest of a bundle from the session's record. */
export function manifestOf(record: SessionRecord, fence: number, createdAt: number): BundleManifest {
  const { driver, browser } = record;
  if (driver === undefined || browser === undefined) throw new Error('no browser has run on this session yet');
  return { format: 1, kind: 'profile', createdAt, ...loginFactsOf(record), driver, browser, fence };
}

/**
 * The facts of a backup that a store lists without reading its bytes. The account is not among them, so that a listing
 * of the store does not reveal the account. `proved` is the generation of the proved backup.
 */
export function metadataOf(
  { format, kind, createdAt, driver, browser, fence, origin }: BundleManifest,
  proved: number | undefined,
  isFollowed: boolean,
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
    ...(isFollowed ? { changes: 'kept' } : {}),
  };
}

/** Whether the changes of the profile after this backup were kept as segments: then no segment means no change. */
export function isFollowed({ metadata }: StoredBundle): boolean {
  return metadata.changes === 'kept';
}

/**
 * The options of a write, which keep the store from pruning the proved backup. `isFollowed`: the changes after this backup are
 * going to be kept as segments.
 */
export function writeOptionsOf(
  manifest: BundleManifest,
  { proved }: SessionRecord,
  isFollowed = false,
): Pick<WriteOptions, 'fence' | 'metadata' | 'keep'> {
  const metadata = metadataOf(manifest, proved?.generation, isFollowed);
  return { fence: manifest.fence, metadata, keep: proved === undefined ? [] : [proved.generation] };
}

/** The fence of the lease under which a backup was written; `undefined` when Wakey did not write the backup. */
export function fenceOf({ metadata }: StoredBundle): number | undefined {
  return wholeNumber(metadata.fence);
}

/**
 * The proof that was known when Wakey wrote this backup. The proof is older, but its time is unknown, so its `at` is
 * the time of the backup.
 */
export function proofIn({ metadata }: StoredBundle): Proof | undefined {
  const generation = wholeNumber(metadata.proved);
  return generation === undefined ? undefined : { generation, at: wholeNumber(metadata.createdAt) ?? 0 };
}

function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text ?? Number.NaN);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
