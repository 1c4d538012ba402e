import fc from 'fast-check';
import { live, type Parts } from './page/life.ts';
import { scripts } from './page/script.ts';

/** Runs one session with a fake page that shows random documents. Throws with the shortest script that breaks a promise. */
export async function provePage(seed: number, parts?: Parts): Promise<void> {
  const property = fc.asyncProperty(scripts, async (script) => {
    const { broken, trail } = await live(script, parts);
    if (broken.length > 0) throw new Error(`${broken.join('; ')}\n${trail.join(' ')}`);
  });
  // For a session that a test has broken, the first failure is enough.
  const endOnFailure = parts !== undefined;
  await fc.assert(property, { seed, numRuns: 1, unbiased: true, includeErrorInReport: true, endOnFailure });
}
