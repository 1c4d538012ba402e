import { realLightpandas } from '../../packages/drivers/lightpanda/test/real-binaries.ts';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { beginLife, type Kill, type Life, moments } from '../support/newest/lightpanda.ts';
import { seededRandom } from '../support/random.ts';

/** The options of this proof. */
interface LightpandaKillsOptions extends ProofOptions {
  /** How many sessions run at the same time. @default 4 */
  readonly lanes?: number;
  /** How long before a kill of Node the page may have committed what is missing, in ms. @default 1_000 */
  readonly within?: number;
}

/** The most time in ms between the begin of a moment and the kill. */
const longest = { linking: 1_000, syncing: 800, journalling: 2_000, compacting: 600, restoring: 800 } as const;

/**
 * Kills sessions in the real Lightpanda, four at a time: the browser, Node, or both, while they link, sync, write to the journal, rewrite
 * it, and put it back. Each must be ready again without a code, and leave nothing behind. After a kill of the browser alone no message may
 * be missing. After a kill of Node those of the last second may be, but none before one that is there, and no half of a transaction.
 */
export async function run({
  seed,
  count = 200,
  log,
  lanes = 4,
  within = 1_000,
}: LightpandaKillsOptions): Promise<void> {
  const binaries = await realLightpandas();
  if (binaries.length === 0) throw new Error('There is no Lightpanda here. Type: wakey browser install lightpanda');
  const random = seededRandom(seed);
  const losses = ['browser', 'node', 'both'] as const;
  const deck = Array.from({ length: count }, (_, index): Kill => {
    const moment = moments[index % moments.length] ?? 'restoring';
    const loss = losses[Math.floor(random() * losses.length)] ?? 'both';
    return { number: index + 1, moment, loss, after: Math.round(random() * longest[moment]), within };
  });
  const faults: string[] = [];
  const lane = async (number: number): Promise<void> => {
    const { version, executable } = binaries[number % binaries.length] ?? { version: '', executable: '' };
    let life: Life | undefined;
    const end = async () => {
      const ending = life;
      // A life that cannot end takes no further kill.
      life = undefined;
      const left = (await ending?.end()) ?? [];
      if (left.length > 0) faults.push(`${version}: left behind: ${left.join(', ')}`);
    };
    for (let kill = deck.shift(); kill !== undefined; kill = deck.shift()) {
      const { moment, loss, after } = kill;
      const place = `${kill.number}/${count} ${version} ${loss} killed ${after} ms into ${moment}`;
      try {
        if (moment === 'linking') {
          await end();
          const begun = await beginLife(executable, kill);
          life = begun;
          log(`${place}, ${begun.state}: linked`);
          continue;
        }
        life ??= await beginLife(executable);
        const seen = await life.kill(kill);
        log(`${place}, ${seen.state}: ${[`${seen.behind} behind (${seen.since} ms)`, ...seen.faults].join('; ')}`);
        faults.push(...seen.faults.map((fault) => `${place}: ${fault}`));
      } catch (error) {
        faults.push(`${place}: ${String(error)}`);
        log(`LOST ${faults.at(-1)}`);
        await end().catch((late: unknown) => faults.push(String(late)));
      }
    }
    await end();
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, (_, number) => lane(number)));
  log(`faults: ${faults.length}`);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
