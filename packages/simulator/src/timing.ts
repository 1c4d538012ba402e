/** How long the first code of a batch is valid, in ms of simulated time. */
export const firstRefMs = 60_000;
/** How long each later code of a batch is valid, in ms of simulated time. */
export const laterRefMs = 20_000;
/** How many codes one batch holds. */
export const refsPerBatch = 6;
/** How long a link code is valid, in ms of simulated time. */
export const linkCodeMs = 180_000;
/** After how many wrong entries a link code is no longer valid. */
export const linkCodeAttempts = 3;
/** How many devices one account can link, not counting the phone. */
export const companionLimit = 4;

/** Returns when the code at `index` of a batch expires, in ms of simulated time after the batch was issued. */
export function refLapsesAfter(index: number): number {
  return firstRefMs + index * laterRefMs;
}
