import type { BundleManifest } from '@wakey/client';
import type { BrowserVersion } from '@wakey/core';

/** What a login is, for people: whose, since when, and by which browser. */
export function loginLines({ me, linkedAt, browser }: BundleManifest): readonly string[] {
  const whose = me === undefined ? 'own id unknown' : `own id ${me}`;
  return [
    `${whose}${linkedAt === undefined ? '' : `, linked since ${iso(linkedAt)}`}`,
    `written by ${browserText(browser)}`,
  ];
}

/** The same for programs. */
export function loginFields({ me, linkedAt, browser, createdAt }: BundleManifest): Readonly<Record<string, unknown>> {
  return {
    ...(me === undefined ? {} : { me }),
    ...(linkedAt === undefined ? {} : { linkedAt: iso(linkedAt) }),
    browser,
    createdAt: iso(createdAt),
  };
}

/** Which browser, for people. A profile that was migrated may not tell its version, which is 0 then: older than any. */
export function browserText({ product, version }: BrowserVersion): string {
  return `${product} ${version === '0' ? 'of an unknown version' : version}`;
}

/** How many, for people. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** How large, for people. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** How long ago, for people. */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 2) return `${Math.max(0, Math.round(ms / 1_000))} s ago`;
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** A time as programs and people read it. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
