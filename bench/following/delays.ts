import type { KeptSegment } from './orders.ts';

/** The times from a commit of the page until the store has it on its disk, in ms. */
export interface Delays {
  readonly median: number;
  /** Of 100 commits, 99 take at most this long. */
  readonly late: number;
  readonly most: number;
}

/**
 * Compares the times of commits with those of segments. A segment certainly holds a commit if it was read later: often an earlier
 * one holds it too, so the true times are at most as long. Commits after the last segment do not count.
 */
export function delaysOf(commits: readonly number[], segments: readonly KeptSegment[]): Delays {
  const delays = commits
    .flatMap((at) => {
      const segment = segments.find(({ readAt }) => readAt > at);
      return segment === undefined ? [] : [segment.keptAt - at];
    })
    .sort((one, other) => one - other);
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? Number.NaN;
  return { median: at(0.5), late: at(0.99), most: at(1) };
}
