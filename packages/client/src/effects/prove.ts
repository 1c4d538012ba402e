import type { RecordChange, SessionRecord } from '../workspace/record.js';
import type { EffectContext } from './context.js';
import { othersThan } from './refuse.js';

/**
 * The session is ready. If its browser was started on a profile that came from a kept generation, and nobody had to link it
 * again, that generation is proved: its login came back after a restart. It is then named to each write, until a newer proof.
 */
export function prove({ held, clock, log }: EffectContext): void {
  const { workspace, life } = held;
  if (workspace === undefined || life === undefined) return;
  const change = changeBy(workspace.record(), life.descendsFrom, clock.now());
  if (Object.keys(change).length === 0) return;
  workspace.update(change).catch((error: unknown) => {
    log('warn', 'the proof of a kept generation could not be put on record', { error });
  });
}

function changeBy({ proved, unproved, refused }: SessionRecord, from: number | undefined, at: number): RecordChange {
  return {
    ...(from === undefined || from === proved?.generation ? {} : { proved: { generation: from, at } }),
    ...(unproved === undefined ? {} : { unproved: undefined, refused: othersThan(unproved.content, refused) }),
  };
}
