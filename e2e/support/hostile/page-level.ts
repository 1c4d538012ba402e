import fc from 'fast-check';
import { live, type Parts } from './page/life.ts';
import { scripts } from './page/script.ts';

/** Lets one session live among random documents in a fake page; throws with the shortest life that breaks a promise. */
export async function provePage(seed: number, parts?: Parts): Promise<void> {
  const property = fc.asyncProperty(scripts, async (script) => {
    const { broken, trail } = await live(script, parts);
    if (broken.length > 0) throw new Error(`${broken.join('; ')}\n${trail.join(' ')}`);
  });
  // Of one that was broken on purpose nobody needs the shortest life.
  const endOnFailure = parts !== undefined;
  await fc.assert(property, { seed, numRuns: 1, unbiased: true, includeErrorInReport: true, endOnFailure });
}
