import type { Restrictions } from '../protocol.ts';
import type { Troubles } from '../troubles.ts';

const monthS = 30 * 86_400;
const quota = 100;
const used = { NONE: 0, FIRST_WARNING: 70, SECOND_WARNING: 90, CAPPED: quota };

/** Returns the restrictions of the account as the service sends them to a device. `now` is in ms since the epoch. */
export function restrictionsOf({ timeLock, timeLockUntil, capping }: Troubles, now: number): Restrictions {
  const seconds = Math.floor(now / 1_000);
  // The service counts new chats per month; `start` is the start of the current month.
  const start = seconds - (seconds % monthS);
  return {
    ...(timeLock === 'none'
      ? {}
      : { timeLock: { enforcement_type: timeLock, time_enforcement_ends: String(timeLockUntil || start + monthS) } }),
    ...(capping === 'NONE'
      ? {}
      : {
          capping: {
            capping_status: capping,
            total_quota: quota,
            used_quota: used[capping],
            cycle_start_timestamp: start,
            cycle_end_timestamp: start + monthS,
            server_sent_timestamp: seconds,
            ote_status: 'ELIGIBLE',
            mv_status: 'NOT_ACTIVE',
          },
        }),
  };
}
