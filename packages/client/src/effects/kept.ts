import type { StoredBundle } from '@wakey/core';
import type { BundleManifest } from '../bundle/manifest.js';
import type { SessionRecord } from '../workspace/record.js';

/** What a bundle says about itself. */
export function manifestOf(record: SessionRecord, fence: number, createdAt: number): BundleManifest {
  const { driver, browser, me, linkedAt } = record;
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
  };
}

/** What can be known of a generation without its bytes. The account stays inside: who lists a store need not know it. */
export function metadataOf({ format, kind, createdAt, driver, browser, fence }: BundleManifest) {
  return {
    format: String(format),
    kind,
    createdAt: String(createdAt),
    driver,
    browser: `${browser.product} ${browser.version}`,
    fence: String(fence),
  };
}

/** The fence of the lease under which a generation was written; `undefined` for one that is not of our making. */
export function fenceOf({ metadata }: StoredBundle): number | undefined {
  const fence = Number(metadata.fence ?? Number.NaN);
  return Number.isSafeInteger(fence) ? fence : undefined;
}
