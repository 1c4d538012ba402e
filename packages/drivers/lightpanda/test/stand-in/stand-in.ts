import type { Flags, Version } from './flags.ts';
import type { Upstream } from './upstream.ts';

/** The version and features that a stand-in imitates, its flags, and the Chromium behind it. */
export interface StandIn {
  readonly version: Version;
  readonly gifts: readonly string[];
  readonly flags: Flags;
  readonly upstream: Upstream;
}

/** The version numbers of real builds of those months. */
export const VERSIONS: { readonly [V in Version]: string } = { aug: '1.0.0-dev.8123+23528f0', oct: '1.0.0' };
