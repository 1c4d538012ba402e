/** The releases of Lightpanda that a stand-in imitates. */
export const versions = ['0.4.1', '1.0.0', '1.0.2'] as const;

/** One of these releases. */
export type Version = (typeof versions)[number];

/** Whether a release is `first` or a later one. */
export function isSince(version: Version, first: Version): boolean {
  return versions.indexOf(version) >= versions.indexOf(first);
}
