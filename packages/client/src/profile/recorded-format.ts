import type { BrowserDriver, ProfileFormat } from '@wakey/core';
import { WakeyError } from '@wakey/core';
import type { SessionRecord } from '../workspace/record.js';

/**
 * The format of the profile in a record or a manifest. An older Wakey recorded no format and stored only Chromium's.
 */
export function formatOf({ profileFormat = 'chromium' }: { readonly profileFormat?: string }): string {
  return profileFormat;
}

/** Throws `session-unreadable` if the session has a login in a profile of another format: this browser cannot use it. */
export function refuseOtherFormat(record: SessionRecord, { name }: ProfileFormat): void {
  const recorded = formatOf(record);
  if (record.linkedAt === undefined || recorded === name) return;
  throw new WakeyError('session-unreadable', {
    what: `Session "${record.id}" was linked with a browser for profiles of the format "${recorded}"; this driver's browser uses "${name}". Login kept.`,
    hint: `Start it with the driver that it was linked with${record.driver === undefined ? '' : ` (${record.driver})`}, or link another session with this driver.`,
    details: { session: record.id, recorded, format: name },
  });
}

/** Throws `invalid-argument` unless the driver names a profile format exactly if its browser keeps a profile. */
export function checkDriver({ name, capabilities, profileFormat }: BrowserDriver): void {
  if (capabilities.persistentProfile.supported === (profileFormat !== undefined)) return;
  throw new WakeyError('invalid-argument', {
    what:
      profileFormat === undefined
        ? `The driver "${name}" declares the capability persistentProfile but has no profileFormat.`
        : `The driver "${name}" has a profileFormat but does not declare the capability persistentProfile.`,
    hint: 'A driver declares both or neither: update the driver, or tell its author. See docs/guides/write-a-driver.md.',
  });
}
