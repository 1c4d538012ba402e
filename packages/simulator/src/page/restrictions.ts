import type { Restrictions } from '../protocol.ts';
import type { PageContext } from './context.ts';
import { openDatabase } from './storage/database.ts';

/** The restrictions of an account that is not banned: it may start no chats, or only a limited number of new chats. */
export interface AccountRestrictions {
  /** Stores the restrictions of the service and fires an event for each change. */
  take(restrictions: Restrictions): void;
  timeLock(): TimeLock | undefined;
  capping(): Capping | undefined;
}

/** The page's record of a reach-out time-lock. */
export interface TimeLock {
  /** Whether the page has shown the time-lock to its user. */
  readonly state: 'HIDDEN' | 'VISIBLE';
  /** End of the lock, in ms since the epoch. */
  readonly time_enforcement_ends: number;
  readonly enforcement_type: string;
}

/** The page's record of how many new chats the account may still start. Times are in seconds since the epoch. */
export type Capping = NonNullable<Restrictions['capping']>;

/** Keys of the two records in the user's preferences. */
export const timeLockKey = 'WAReachoutTimelockState';
export const cappingKey = 'WANewChatMessageCappingData';

/** See {@link AccountRestrictions}. */
export function makeRestrictions({ models }: Pick<PageContext, 'models'>): AccountRestrictions {
  let timeLock: TimeLock | undefined;
  let capping: Capping | undefined;

  return {
    take(told) {
      const lock: TimeLock | undefined = told.timeLock && {
        state: timeLock?.state ?? 'HIDDEN',
        time_enforcement_ends: Number(told.timeLock.time_enforcement_ends) * 1_000,
        enforcement_type: told.timeLock.enforcement_type,
      };
      const isLockNews = JSON.stringify(lock) !== JSON.stringify(timeLock);
      const isCapNews = told.capping?.capping_status !== capping?.capping_status;
      timeLock = lock;
      capping = told.capping;
      keep(timeLockKey, timeLock);
      keep(cappingKey, capping);
      if (isLockNews) models.cmd.trigger('reachout_timelock_state_change');
      if (isCapNews) models.cmd.trigger('new_chat_message_capping_state_change');
    },
    timeLock: () => timeLock,
    capping: () => capping,
  };
}

function keep(key: string, value: object | undefined): void {
  const done = openDatabase('wawc').then((database) =>
    value === undefined ? database.delete('user', key) : database.put('user', { key, value }),
  );
  // A page that is being left can no longer write. The service sends the restrictions again at the next login.
  done.catch(() => undefined);
}
