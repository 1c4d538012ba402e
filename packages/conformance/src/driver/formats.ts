import assert from 'node:assert/strict';
import type { BrowserDriver, ProfileClock, ProfileFollowing, ProfileFormat } from '@wakey/core';
import { onDriver, type Sabotage } from './sabotage/sabotage.js';

/** A format that can follow a profile. */
export type FollowingFormat = ProfileFormat & { readonly following: ProfileFollowing };

/** The driver, whose browser keeps a profile: fails if it names no format. */
export function formatted(driver: BrowserDriver): BrowserDriver & { readonly profileFormat: ProfileFormat } {
  const { profileFormat } = driver;
  assert.ok(profileFormat !== undefined, 'the driver names no format');
  return { ...driver, profileFormat };
}

/** Breaks some methods of the format. A driver without a format stays as it is: its clauses do not run. */
export function onFormat(change: (format: ProfileFormat) => Partial<ProfileFormat>): Sabotage {
  return onDriver((driver) => {
    const { profileFormat } = driver;
    return profileFormat === undefined
      ? driver
      : { ...driver, profileFormat: { ...profileFormat, ...change(profileFormat) } };
  });
}

/** Breaks some methods of the format's following. */
export function onFollowing(change: (following: ProfileFollowing) => Partial<ProfileFollowing>): Sabotage {
  return onFormat(({ following }) =>
    following === undefined ? {} : { following: { ...following, ...change(following) } },
  );
}

/** The clock of the system. */
export const profileClock: ProfileClock = {
  now: () => Date.now(),
  set(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
