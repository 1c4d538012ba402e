import { join } from 'node:path';
import { type BrowserVersion, type ForeignProfile, WakeyError } from '@wakey/core';
import { fileTrouble, privateTree, realFiles, systemClock, thisPlatform } from '@wakey/host';
import { type Adopted, type Incoming, refuseUnsound } from './adopt.js';
import { type TakeInOptions, takeIn } from './import-session.js';

/** The profile to migrate and its target. */
export interface MigrateProfileOptions extends Omit<TakeInOptions, 'format'> {
  readonly from: ForeignProfile;
}

/** The migrated login, with which the next start resumes. */
export interface ProfileMigration extends Adopted {
  /**
   * The browser that wrote the profile. The session's record names it, so that Wakey refuses a start with an older
   * browser.
   */
  readonly browser: BrowserVersion;
}

/**
 * Copies the files of a foreign profile that belong in a backup into a session and into its store. Only reads the
 * source.
 *
 * Throws `session-in-use` if a browser uses the source or another process holds the session, `invalid-argument` if the
 * session has a login already or the source has none, `session-unreadable` if the source is damaged or cannot be read,
 * and the errors of the store and of the session's directory. After a failure the session is unchanged; a session that
 * did not exist before is not created.
 */
export async function migrateProfile(options: MigrateProfileOptions): Promise<ProfileMigration> {
  const { from, signal, clock = systemClock } = options;
  await from.refuseIfInUse();
  const { format, writtenBy: browser } = from;
  return takeIn({ ...options, format }, async (scratch) => {
    const tree = await privateTree({ files: realFiles, platform: thisPlatform }, scratch);
    try {
      for await (const { path, open } of from.files()) {
        if (signal?.aborted === true) throw aborted(signal.reason);
        await tree.write(`profile/${path}`, open());
      }
      await tree.sync();
    } catch (error) {
      throw fileTrouble('session-unreadable', 'copy the profile in', from.userDataDir, error);
    }
    const profile = join(scratch, 'profile');
    await refuseUnsound(format, profile, (why) => unsound(from, why));
    // Check again: a browser that started during the copy may have changed the files.
    await from.refuseIfInUse();
    const incoming: Incoming = {
      ...{ profile, browser, driver: from.kind, me: undefined, linkedAt: clock.now() },
      reason: 'replaced-by-migration',
    };
    return { incoming, facts: { browser } };
  });
}

function unsound({ userDataDir, profile }: ForeignProfile, why: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `The profile "${profile}" in '${userDataDir}' cannot be migrated: ${why}.`,
    hint: 'Start the program that uses this profile once, stop it cleanly, then try again. Nothing was changed.',
    details: { path: userDataDir, profile },
  });
}

function aborted(cause: unknown): WakeyError {
  return new WakeyError('aborted', { what: 'The migration was aborted.', hint: 'Nothing was changed.', cause });
}
