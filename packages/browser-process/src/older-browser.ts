import { type BrowserVersion, WakeyError } from '@wakey/core';

/** The browser to start on a profile, and the browser that wrote the profile last. */
export interface OlderOptions {
  readonly executable: string;
  /** Version of the browser; undefined if the binary does not report it. */
  readonly version: string | undefined;
  readonly writtenBy: BrowserVersion | undefined;
}

/**
 * Throws `browser-older` if a browser of a later major version wrote the profile. Only the major version counts: the
 * databases of a profile change their form with a milestone, never within one, and an older browser deletes databases
 * that it does not understand. The product does not count: Chromium, Chrome and the headless shell of one milestone
 * share profiles. An unknown version is no reason to refuse.
 */
export function refuseOlder({ executable, version, writtenBy }: OlderOptions): void {
  const [own, needed] = [majorOf(version), majorOf(writtenBy?.version)];
  if (writtenBy === undefined || own === undefined || needed === undefined || own >= needed) return;
  throw new WakeyError('browser-older', {
    what: `The browser ${executable} has version ${version}; the profile was written by ${writtenBy.product} ${writtenBy.version}.`,
    hint: `Use a browser of version ${needed} or newer: an older browser would damage the profile. Wakey did not touch it.`,
    details: { executable, version: version ?? '', writtenBy: writtenBy.version },
  });
}

function majorOf(version: string | undefined): number | undefined {
  const [, major] = /^(\d+)(?:\.|$)/.exec(version ?? '') ?? [];
  return major === undefined ? undefined : Number(major);
}
