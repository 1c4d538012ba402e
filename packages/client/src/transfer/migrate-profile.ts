import { join } from 'node:path';
import { type BrowserVersion, WakeyError } from '@wakey/core';
import { fileTrouble, realFiles, systemClock, thisPlatform } from '@wakey/host';
import { privateTree } from '../bundle/private-tree.js';
import { type Adopted, type Incoming, refuseUnsound } from './adopt.js';
import { refuseBrowserOn } from './foreign-browser.js';
import { foreignFiles } from './foreign-files.js';
import type { ForeignProfile } from './foreign-profiles.js';
import { type TakeInOptions, takeIn } from './import-session.js';

/** What to take over, and where to. */
export interface MigrateProfileOptions extends TakeInOptions {
  readonly from: ForeignProfile;
}

/** A login that was taken over: the next start resumes with it. */
export interface ProfileMigration extends Adopted {
  /** The browser it is on record as written by; an older one is refused at start. */
  readonly browser: BrowserVersion;
}

/**
 * Copies what is kept of a foreign profile into a session, and into its store. The source is only read.
 *
 * Throws `session-in-use` where a browser uses the source or somebody has the session, `invalid-argument` where the session has
 * a login already or the source has none, `session-unreadable` where the source is damaged or cannot be read, and what the store and
 * the session's directory throw. After a failure the session is as it was, or not there if it was not.
 */
export async function migrateProfile(options: MigrateProfileOptions): Promise<ProfileMigration> {
  const { from, signal, clock = systemClock } = options;
  await refuseBrowserOn(from.userDataDir);
  // A browser that cannot be named refuses nobody.
  const { browser = { product: 'Chrome', version: '0' } } = from;
  return takeIn(options, async (scratch) => {
    const tree = await privateTree({ files: realFiles, platform: thisPlatform }, scratch);
    try {
      for await (const { path, open } of foreignFiles(from)) {
        if (signal?.aborted === true) throw aborted(signal.reason);
        await tree.write(`profile/${path}`, open());
      }
      await tree.sync();
    } catch (error) {
      throw fileTrouble('session-unreadable', 'copy the profile in', from.userDataDir, error);
    }
    const profile = join(scratch, 'profile');
    await refuseUnsound(profile, (why) => unsound(from, why));
    // One that was started meanwhile has changed what was copied.
    await refuseBrowserOn(from.userDataDir);
    const incoming: Incoming = {
      ...{ profile, browser, driver: from.kind, me: undefined, linkedAt: clock.now() },
      reason: 'replaced-by-migration',
    };
    return { incoming, facts: { browser } };
  });
}

function unsound({ userDataDir, profile }: ForeignProfile, why: string): WakeyError {
  return new WakeyError('session-unreadable', {
    what: `The profile "${profile}" in '${userDataDir}' cannot be taken over: ${why}.`,
    hint: 'Let its own program start and stop in order once, then try again. Nothing was changed.',
    details: { path: userDataDir, profile },
  });
}

function aborted(cause: unknown): WakeyError {
  return new WakeyError('aborted', { what: 'The migration was cancelled.', hint: 'Nothing was changed.', cause });
}
