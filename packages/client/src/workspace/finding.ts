/** One thing that `openWorkspace` found, and repaired if it could. Paths are absolute. */
export type WorkspaceFinding =
  /** Other users could read the directory. `count`: how many directories and files in it were open to others. */
  | { readonly kind: 'modes-repaired'; readonly path: string; readonly was: string; readonly count: number }
  /**
   * `openWorkspace` finished an erasure that a crash had interrupted. The caller must also erase the backups in the
   * store.
   */
  | { readonly kind: 'erasure-finished'; readonly since: number; readonly keep: 'nothing' | 'newest' }
  /** The volume cannot flush names to the disk: the last writes may be missing after a power cut. */
  | { readonly kind: 'names-not-flushed'; readonly path: string }
  /** A profile had no record. The new record says that the session is not linked. */
  | { readonly kind: 'record-missing'; readonly path: string }
  /** `openWorkspace` copied the live profile to the disk or into memory, where this holder wants it. */
  | { readonly kind: 'profile-moved'; readonly path: string; readonly from: string }
  /** The live profile stays on the disk, because the directory in memory does not fit, for the reason `why`. */
  | { readonly kind: 'memory-unfit'; readonly path: string; readonly why: string }
  /** Files in the trash, which an earlier erasure moved there, could again not be deleted. */
  | { readonly kind: 'trash-left'; readonly path: string };
