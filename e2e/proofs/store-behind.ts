import { canMount } from '@wakey/testkit';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { playBehind, type StoreTrouble } from '../support/newest/behind.ts';
import { seededRandom } from '../support/random.ts';

/** The options of this proof. */
interface BehindOptions extends ProofOptions {
  readonly troubles?: readonly StoreTrouble[];
  /** How much the page stores at least, in MB; up to twice as much. */
  readonly megabytes?: number;
  /** How fast a slow disk writes. */
  readonly bytesPerSecond?: number;
  /** How long before the loss the page may have committed what is missing, in ms. */
  readonly within?: number;
}

/**
 * Brings the store of a ready session into trouble while messages flow and the page writes as fast as it can: its disk is slow, or
 * full for a while. The session must stay ready and its page must answer, its process may take at most 64 MB more than while its store keeps up, and a warning
 * must say how far the store is behind, if it is far. Once the store has caught up, the machine is lost, and at most the messages of the last
 * second may be missing.
 */
export async function run({
  seed,
  count = 10,
  log,
  troubles = ['slow', 'full'],
  megabytes = 100,
  bytesPerSecond = 20_000_000,
  within = 1_000,
}: BehindOptions): Promise<void> {
  const random = seededRandom(seed);
  const possible = troubles.filter((trouble) => trouble !== 'full' || canMount());
  if (possible.length < troubles.length) log('NOT TRIED: full, because no disk can be mounted here');
  const faults: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const trouble = possible[number % possible.length];
    if (trouble === undefined) return;
    const size = 4 * Math.round((megabytes / 4) * (1 + random()));
    const place = `${number}/${count} ${trouble}, ${size} MB`;
    const began = performance.now();
    const outcome = await playBehind({ trouble, megabytes: size, bytesPerSecond, within });
    const { lags, longest, growth, slowest, behind, since } = outcome;
    const lag = lags.length === 0 ? `no warning, ${longest} ms between segments` : `${Math.max(...lags)} s behind`;
    const told = `${lag}, ${Math.round(growth / 1024 ** 2)} MB more, the page answered within ${slowest} ms`;
    const took = Math.round((performance.now() - began) / 1_000);
    log(`${place}: ${[`${took} s`, told, `${behind} messages missing (${since} ms)`, ...outcome.faults].join('; ')}`);
    faults.push(...outcome.faults.map((fault) => `${place}: ${fault}`));
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
