import { WakeyError } from '@wakey/core';

/** How long the newest backup is kept after a logout, in ms. Throws `invalid-argument`. */
export function parseGrace(given = USUAL): number {
  if (Number.isSafeInteger(given) && given >= 0 && given <= LONGEST) return given;
  throw new WakeyError('invalid-argument', {
    what: `The option "keepAfterLogout" must be a whole number of ms, 0 to ${LONGEST}.`,
    hint: 'Omit the option for 7 days, or give 0 to keep no backup after a logout.',
    details: { field: 'keepAfterLogout' },
  });
}

const DAY = 86_400_000;
const USUAL = 7 * DAY;
const LONGEST = 366 * DAY;
