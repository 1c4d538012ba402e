import type { Flags } from './flags.ts';
import type { Upstream } from './upstream.ts';
import type { Version } from './versions.ts';

/** The version that a stand-in imitates, whether its pages can store keys, its flags, and the Chromium behind it. */
export interface StandIn {
  readonly version: Version;
  readonly storesKeys: boolean;
  readonly flags: Flags;
  readonly upstream: Upstream;
}
