import type { ProfileFormat } from '@wakey/core';
import { fileTrouble, unlessAbsent } from '@wakey/host';
import { copyLiveProfile } from './copy-live.js';
import { openFollowing } from './following/follow-profile.js';
import { inspectProfile } from './inspect-profile.js';
import { listProfile } from './list-profile.js';
import { reduceLocalState } from './local-state.js';
import { profileParts } from './parts.js';
import { singletonLock } from './singleton-lock.js';
import { trimLogs } from './trim-logs.js';

/**
 * The profile format of Chrome, Chromium and the headless shell. A driver of one of these browsers can restore the
 * backup that a driver of another has written.
 */
export const chromiumProfile: ProfileFormat = Object.freeze({
  name: 'chromium',
  parts: profileParts,
  inspect: inspectProfile,
  list: listProfile,
  copyLive: copyLiveProfile,
  repair: trimLogs,
  async reduce(profileDir) {
    try {
      await unlessAbsent(reduceLocalState(profileDir));
    } catch (error) {
      throw fileTrouble('session-unreadable', 'unpack the profile in', profileDir, error);
    }
  },
  lock: singletonLock,
  following: openFollowing(),
} satisfies ProfileFormat);
