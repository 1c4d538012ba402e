import type { Flags } from './flags.ts';
import type { Upstream } from './upstream.ts';
import type { Version } from './versions.ts';

/** The version and features that a stand-in imitates, its flags, and the Chromium behind it. */
export interface StandIn {
  readonly version: Version;
  readonly gifts: readonly string[];
  readonly flags: Flags;
  readonly upstream: Upstream;
}
