import type { Freshness } from '@wakey/core';

/** The fields that say how old a profile is. */
export function freshnessFields({ from, age, missing }: Freshness) {
  return { from, age, ...(missing === null ? {} : { missing }) };
}
