import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { proveMachine } from '../support/hostile/machine-level.ts';

/**
 * The page as adversary: random documents and orders of events, at three levels. Each seed stands for one case at each level,
 * and `--seed <its seed> --count 1` replays it.
 */
export async function run({ seed, count = 2_000, log }: ProofOptions): Promise<void> {
  for (let own = seed; own < seed + count; own += 1) {
    try {
      proveMachine(own);
    } catch (error) {
      throw new Error(`Seed ${own} breaks a law of the machine. Replay: --seed ${own} --count 1`, { cause: error });
    }
  }
  log(`${count * 5} paths through the machine break none of its laws.`);
}
