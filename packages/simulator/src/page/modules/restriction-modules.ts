import { cappingKey, timeLockKey } from '../restrictions.ts';
import type { ModuleParts, ModuleTable } from './parts.ts';

/** The modules with the restrictions of an account that is not banned. */
export function restrictionModules({ context }: ModuleParts): ModuleTable {
  const { timeLock, capping } = context.restrictions;
  const status = () => (isOver() ? 'NONE' : (capping()?.capping_status ?? 'NONE'));
  const isOver = () => Date.now() / 1_000 > (capping()?.cycle_end_timestamp ?? 0);
  const records = new Map<string, () => unknown>([
    [timeLockKey, timeLock],
    [cappingKey, capping],
  ]);

  return {
    WAWebUserPrefsTypes: () => ({
      ReachoutTimelockState: { HIDDEN: 'HIDDEN', VISIBLE: 'VISIBLE' },
      NewChatMessageCappingStatusType: {
        NONE: 'NONE',
        FIRST_WARNING: 'FIRST_WARNING',
        SECOND_WARNING: 'SECOND_WARNING',
        CAPPED: 'CAPPED',
      },
    }),
    WAWebUserPrefsIndexedDBStorage: () => ({ userPrefsIdb: { get: (key: string) => records.get(key)?.() } }),
    WAWebReachoutTimelockUtils: () => ({
      REACHOUT_TIMELOCK_IDB_KEY: timeLockKey,
      isUserReachoutTimelocked: () => timeLock() !== undefined,
      isUserReachoutTimelockedAndHidden: () => timeLock()?.state === 'HIDDEN',
      isUserReachoutTimelockedAndVisible: () => timeLock()?.state === 'VISIBLE',
    }),
    WAWebIndividualNewChatMessageCappingLimitGatingUtils: () => ({
      isIndividualNewChatMessageCappingEnabled: () => true,
      isCappingKillSwitched: () => false,
    }),
    WAWebIndividualNewChatMessageCappingLimitUtils: () => ({
      NEW_CHAT_MESSAGE_CAPPING_IDB_KEY: cappingKey,
      isUserCapped: () => status() === 'CAPPED',
      isUserWarned: () => status() === 'FIRST_WARNING' || status() === 'SECOND_WARNING',
      getCappingStatus: () => capping()?.capping_status ?? 'NONE',
      getCappingData: capping,
      getUsagePercentage: () => (100 * (capping()?.used_quota ?? 0)) / (capping()?.total_quota || 1),
    }),
  };
}
