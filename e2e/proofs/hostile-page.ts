import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { proveBrowser } from '../support/hostile/browser-level.ts';
import { proveMachine } from '../support/hostile/machine-level.ts';
import { provePage } from '../support/hostile/page-level.ts';

/** The proof stops after this many failures: a few are enough to find a fault. */
const mostFailures = 5;

/** One of this many seeds also plays in a real browser, because such a play takes seconds. */
const seedsPerPlay = 10;

/** How much the heap may grow after the first hundred seeds, in bytes. */
const growth = 48 * 1024 * 1024;

/**
 * Plays hostile pages: random documents and orders of events, at three levels. Each seed makes five paths through the
 * machine and one life of a client with a fake page; every tenth seed also makes a play in a real browser. `--seed <its seed>
 * --count 1` replays one seed.
 */
export async function run({ seed, count = 2_000, log }: ProofOptions): Promise<void> {
  const failures: string[] = [];
  const attempt = async (own: number, level: string, prove: () => Promise<void> | void) => {
    try {
      await prove();
    } catch (error) {
      failures.push(`Seed ${own}, ${level}: ${error instanceof Error ? error.message : error}`);
      log(failures.at(-1) ?? '');
    }
  };
  let first: number | undefined;
  for (let own = seed; own < seed + count && failures.length < mostFailures; own += 1) {
    await attempt(own, 'machine', () => proveMachine(own));
    await attempt(own, 'page', () => provePage(own));
    if ((own - seed) % 100 === 99) {
      const used = heapUsed();
      first ??= used;
      log(`${own - seed + 1}/${count}, heap ${Math.round(used / 1024 / 1024)} MB`);
      if (used - first > growth) failures.push(`The heap grew by ${used - first} bytes.`);
    }
  }
  const plays = Array.from({ length: Math.ceil(count / seedsPerPlay) }, (_, index) => seed + index * seedsPerPlay);
  // Two at a time: as many as the machine has cores.
  await Promise.all(
    [0, 1].map(async () => {
      for (let own = plays.shift(); own !== undefined && failures.length < mostFailures; own = plays.shift()) {
        const playing = own;
        await attempt(playing, 'browser', () => proveBrowser(playing));
        if (plays.length % 20 === 0) log(`${plays.length} plays left`);
      }
    }),
  );
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
}

/** The size of the heap after a garbage collection, in bytes. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
