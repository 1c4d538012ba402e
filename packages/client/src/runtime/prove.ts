import type { RecordChange, SessionRecord } from '../workspace/record.js';
import { othersThan } from './refuse.js';

/**
 * What the record gains when the session becomes ready. If its browser started on the profile of backup `from` and no new link
 * was needed, that backup is proved: its login came back after a restart. Each later write tells the store to keep that backup,
 * until a newer backup is proved.
 */
export function provedBy(
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
