import type { EffectContext } from './context.js';

/**
 * The session is ready. If its browser was started on a profile that came from a kept generation, and nobody had to link it
 * again, that generation is proved: its login came back after a restart. It is then named to each write, until a newer proof.
 */
export function prove({ held, clock, log }: EffectContext): void {
  const { workspace, life } = held;
  const generation = life?.descendsFrom;
  if (workspace === undefined || generation === undefined) return;
  if (workspace.record().proved?.generation === generation) return;
  workspace.update({ proved: { generation, at: clock.now() } }).catch((error: unknown) => {
    log('warn', 'the proof of a kept generation could not be put on record', { error, generation });
  });
}
