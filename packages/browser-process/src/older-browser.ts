import { type BrowserVersion, WakeyError } from '@wakey/core';

/** Which browser is to be started on a profile, and who wrote that last. */
export interface OlderOptions {
  readonly executable: string;
  /** Undefined where the binary does not tell it. */
  readonly version: string | undefined;
  readonly writtenBy: BrowserVersion | undefined;
}

/**
 * Throws `browser-older` where a browser of a later major version wrote the profile. Only the major version counts: a
 * profile's databases change their form with a milestone, never within one, and on the way back they are not understood
 * but thrown away. The product does not count: Chromium, Chrome and the headless shell of one milestone share profiles. A
 * version that nobody can tell is no reason to refuse.
 */
export function refuseOlder({ executable, version, writtenBy }: OlderOptions): void {
  const [own, needed] = [majorOf(version), majorOf(writtenBy?.version)];
  if (writtenBy === undefined || own === undefined || needed === undefined || own >= needed) return;
  throw new WakeyError('browser-older', {
    what: `The browser ${executable} has version ${version}; the profile was written by ${writtenBy.product} ${writtenBy.version}.`,
    hint: `Use a browser of version ${needed} or newer: an older one would harm the profile, which was not touched.`,
    details: { executable, version: version ?? '', writtenBy: writtenBy.version },
  });
}

function majorOf(version: string | undefined): number | undefined {
  const [, major] = /^(\d+)(?:\.|$)/.exec(version ?? '') ?? [];
  return major === undefined ? undefined : Number(major);
}
