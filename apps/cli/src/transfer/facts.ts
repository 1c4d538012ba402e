import type { BundleManifest } from '@wakey/client';
import type { BrowserVersion } from '@wakey/core';

/** Describes a login as text for a user: its account, the time of its link, its browser. */
export function loginLines({ me, linkedAt, browser }: BundleManifest): readonly string[] {
  const whose = me === undefined ? 'own id unknown' : `own id ${me}`;
  return [
    `${whose}${linkedAt === undefined ? '' : `, linked since ${iso(linkedAt)}`}`,
    `written by ${browserText(browser)}`,
  ];
}

/** The facts of a login, for programs. */
export function loginFields({ me, linkedAt, browser, createdAt }: BundleManifest) {
  return {
    ...(me === undefined ? {} : { me }),
    ...(linkedAt === undefined ? {} : { linkedAt: iso(linkedAt) }),
    browser,
    createdAt: iso(createdAt),
  };
}

/**
 * Describes a browser as text for a user. A migrated profile may not name the version; it is then 0, older than any
 * other.
 */
export function browserText({ product, version }: BrowserVersion): string {
  return `${product} ${version === '0' ? 'of an unknown version' : version}`;
}

/** Writes a count as text for a user. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Writes a size as text for a user. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** Writes an age as text for a user. */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 2) return `${Math.max(0, Math.round(ms / 1_000))} s ago`;
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** A time in ISO 8601. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
