/** What a kill can be meant for. */
export const targets = ['link', 'copy', 'pack', 'write', 'rotate', 'restore', 'stop'] as const;

/** One of them. */
export type Target = (typeof targets)[number];

/** Who can be killed. */
export const victims = ['node', 'browser', 'both'] as const;

/** A copy in random order. */
export function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  return list
    .map((value) => ({ value, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}
