import { defaultPolicy, type ProfileFormat, type SessionStore } from '@wakey/core';
import { type Finding, note } from './finding.js';

/**
 * What a lost machine costs if Wakey cannot keep each change of a profile as it is made: everything since the last backup. No
 * finding if it can.
 */
export function costOfLoss(
  { name, segments }: Pick<SessionStore, 'name' | 'segments'>,
  { following }: Pick<ProfileFormat, 'following'>,
  driver: string,
): readonly Finding[] {
  if (segments !== undefined && following !== undefined) return [];
  const who = segments === undefined ? `Store ${name}` : `Driver ${driver}`;
  const cost = `a lost machine or profile costs what changed since the last backup, up to ${MINUTES} minutes`;
  const hint = [
    'What comes back then is an older device: it may read everything and be heard by nobody.',
    ...(segments === undefined ? ['The store filesystem keeps each change, with a key too.'] : []),
  ];
  return [note('segments', `${who} cannot keep each change of a profile: ${cost}.`, hint.join(' '))];
}

const MINUTES = Math.round(defaultPolicy.saveEvery / 60_000);
