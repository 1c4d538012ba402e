import type { RecordChange, SessionRecord } from '../workspace/record.js';
import type { EffectContext } from './context.js';
import { othersThan } from './refuse.js';

/**
 * The session is ready. If its browser started on the profile of a backup and no new link was needed, that backup is proved:
 * its login came back after a restart. Each later write then names it to the store, until a newer proof.
 */
export function prove({ held, clock, log }: EffectContext): void {
  const { workspace, life } = held;
  if (workspace === undefined || life === undefined) return;
  const change = changeBy(workspace.record(), life.descendsFrom, clock.now());
  if (Object.keys(change).length === 0) return;
  workspace.update(change).catch((error: unknown) => {
    log('warn', 'could not record what the session has proved by becoming ready', { error });
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
