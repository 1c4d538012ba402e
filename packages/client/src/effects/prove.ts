import type { RecordChange, SessionRecord } from '../workspace/record.js';
import type { EffectContext } from './context.js';
import { othersThan } from './refuse.js';

/**
 * Runs when the session becomes ready. If its browser started on the profile of a backup and no new link was needed,
 * that backup is proved: its login came back after a restart. Each later write tells the store to keep that backup,
 * until a newer backup is proved.
 */
export function prove({ held, clock, log }: EffectContext): void {
  const { workspace, life } = held;
  if (workspace === undefined || life === undefined) return;
  const change = changeBy(workspace.record(), life.descendsFrom, clock.now());
  if (Object.keys(change).length === 0) return;
  workspace.update(change).catch((error: unknown) => {
    log('warn', 'the session is ready, but the record could not name the backup that this proves', { error });
  });
}

function changeBy(
  { proved, unproved, refused, lostAt }: SessionRecord,
  from: number | undefined,
  at: number,
): RecordChange {
  return {
    ...(from === undefined || from === proved?.generation ? {} : { proved: { generation: from, at } }),
    ...(unproved === undefined ? {} : { unproved: undefined, refused: othersThan(unproved.content, refused) }),
    ...(lostAt === undefined ? {} : { lostAt: undefined }),
  };
}
