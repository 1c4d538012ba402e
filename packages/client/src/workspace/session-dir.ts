import { join } from 'node:path';

/** The paths of one session. */
export interface SessionPaths {
  readonly directory: string;
  readonly lock: string;
  readonly holder: string;
  readonly record: string;
  readonly profile: string;
  readonly quarantine: string;
  readonly trash: string;
  /** The directory for copies of the profile. */
  readonly scratch: string;
  readonly ignore: string;
}

/** The paths of session `id` below `root`. */
export function sessionPaths(root: string, id: string): SessionPaths {
  const directory = join(root, id);
  return {
    directory,
    lock: join(directory, 'lock'),
    holder: join(directory, 'holder.json'),
    record: join(directory, 'session.json'),
    profile: join(directory, 'profile'),
    quarantine: join(directory, 'quarantine'),
    trash: join(directory, 'trash'),
    scratch: join(directory, 'scratch'),
    ignore: join(directory, '.gitignore'),
  };
}

/** The paths of the same session with the live profile, the copies and the quarantine in another directory. */
export function livePaths(own: SessionPaths, liveDir: string): SessionPaths {
  const { profile, quarantine, trash, scratch } = sessionPaths(liveDir, '.');
  return { ...own, profile, quarantine, trash, scratch };
}
