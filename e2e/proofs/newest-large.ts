import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { type LargeRound, playLarge } from '../support/newest/large.ts';
import type { Loss } from '../support/newest/losses.ts';
import { seededRandom } from '../support/random.ts';

/** The options of this proof. */
interface LargeOptions extends ProofOptions {
  /** How much the page has stored, in MB. */
  readonly megabytes?: number;
  /** As in the proof "newest". */
  readonly within?: number;
}

/** The losses of the proof "newest", one after the other on one session whose page has stored 1 GB in its IndexedDB. */
export async function run({ seed, count = 10, log, megabytes = 1_000, within = 1_000 }: LargeOptions): Promise<void> {
  const random = seededRandom(seed);
  const rounds = lossesOf(count).map((loss) => ({
    loss,
    after: Math.round(500 + random() * 5_500),
    share: random(),
    within,
  }));
  const faults: string[] = [];
  const began = performance.now();
  await playLarge(megabytes, rounds, (round: LargeRound, { behind, since, from, age, faults: found }) => {
    const place = `${megabytes} MB, ${round.loss}, after ${round.after} ms`;
    const told = `${behind} behind (${since} ms), from ${from}, ${age} ms old`;
    const second = Math.round((performance.now() - began) / 1_000);
    log(`${second} s: ${place}: ${[told, ...found].join('; ')}`);
    faults.push(...found.map((fault) => `${place}: ${fault}`));
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/**
 * Crashes first: without the machine, messages are missing, and the service may see that only after the next loss.
 */
function lossesOf(count: number): readonly Loss[] {
  const [crashes, others] = [['browser', 'node', 'both'] as const, ['machine', 'torn'] as const];
  const first = Math.floor(0.6 * count);
  return Array.from({ length: count }, (_, index) =>
    index < first ? (crashes[index % 3] ?? 'both') : (others[(index - first) % 2] ?? 'machine'),
  );
}
