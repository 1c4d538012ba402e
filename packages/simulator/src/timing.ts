/** How long the first code of a batch may be scanned, in ms of simulated time. */
export const firstRefMs = 60_000;
/** How long each later code of a batch may be scanned, in ms of simulated time. */
export const laterRefMs = 20_000;
/** How many codes one batch holds. */
export const refsPerBatch = 6;
/** How long a link code may be typed on the phone, in ms of simulated time. */
export const linkCodeMs = 180_000;
/** How many wrong entries of one link code the phone may make before the code is dead. */
export const linkCodeAttempts = 3;
/** How many devices may be linked to one account besides the phone. */
export const companionLimit = 4;

/** When the code at `index` of a batch stops being valid, in ms of simulated time after the batch was issued. */
export function refLapsesAfter(index: number): number {
  return firstRefMs + index * laterRefMs;
}
