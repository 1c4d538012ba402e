/** The activities of a session that a kill can aim at. */
export const targets = ['link', 'copy', 'pack', 'write', 'rotate', 'restore', 'stop'] as const;

/** One activity that a kill aims at. */
export type Target = (typeof targets)[number];

/** The processes that a proof can kill. */
export const victims = ['node', 'browser', 'both'] as const;

/** A copy in random order. */
export function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  return list
    .map((value) => ({ value, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}
