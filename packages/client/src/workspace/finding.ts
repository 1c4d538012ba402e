/** What opening a session's directory found, and put right. Paths are absolute. */
export type WorkspaceFinding =
  /** Others could read it. `count`: how many directories and files below it were open. */
  | { readonly kind: 'modes-repaired'; readonly path: string; readonly was: string; readonly count: number }
  /** An erasure that a crash had interrupted was brought to its end. Copies elsewhere must go as well. */
  | { readonly kind: 'erasure-finished'; readonly since: number; readonly keep: 'nothing' | 'newest' }
  /** The volume cannot flush names to the disk: what was written last may be missing after a power cut. */
  | { readonly kind: 'names-not-flushed'; readonly path: string }
  /** A profile was there without a record; a new record was made, and says that it is not linked. */
  | { readonly kind: 'record-missing'; readonly path: string }
  /** The live profile was copied to where this owner wants it. */
  | { readonly kind: 'profile-moved'; readonly path: string; readonly from: string }
  /** The live profile stays on the disk, since the directory in memory will not do. */
  | { readonly kind: 'memory-unfit'; readonly path: string; readonly why: string }
  /** Something erased earlier could still not be deleted. */
  | { readonly kind: 'trash-left'; readonly path: string };
