import { encryptedStore, generateKey } from '@wakey/store-encrypted';
import { filesystemStore } from '@wakey/store-filesystem';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { type Loss, losses } from '../support/newest/losses.ts';
import { type Outcome, playRound, type Round } from '../support/newest/round.ts';
import { seededRandom } from '../support/random.ts';

/** How many sessions run at the same time: as many as the machine has cores. */
const lanes = 2;

/** The options of this proof. */
interface NewestOptions extends ProofOptions {
  /** How long before the loss the page may have committed what is missing without the machine, in ms. */
  readonly within?: number;
}

/**
 * Loses a session at random moments while ten messages a second flow: its browser, Node, both, its machine, or its machine and the
 * end of the last segment in the store. Then compares what came back with what the page had told the simulator. After a crash
 * nothing may be missing; without the machine, what the page committed in the last second; never a commit before a later one.
 * The session must say when its profile is older.
 */
export async function run({ seed, count = 300, log, within = 1_000 }: NewestOptions): Promise<void> {
  const random = seededRandom(seed);
  const keys = await keysOf(log);
  const deck = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    loss: losses[index % losses.length] ?? 'both',
    key: keys[index % keys.length],
    after: Math.round(500 + random() * 5_500),
    share: random(),
    within,
  }));
  const played: Played[] = [];
  const faults: string[] = [];
  const lane = async (): Promise<void> => {
    for (let round = deck.shift(); round !== undefined; round = deck.shift()) {
      const place = `${round.number}/${count} ${round.loss}, ${storeOf(round)}, after ${round.after} ms`;
      try {
        const outcome = await playRound(round);
        played.push({ ...round, ...outcome });
        const told = `${outcome.behind} behind (${outcome.since} ms), from ${outcome.from}, ${outcome.age} ms old`;
        log(`${place}: ${[told, ...outcome.faults].join('; ')}`);
        faults.push(...outcome.faults.map((fault) => `${place}: ${fault}`));
      } catch (error) {
        faults.push(`${place}: ${String(error)}`);
        log(`LOST ${faults.at(-1)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  for (const loss of losses) for (const line of summary(played, loss)) log(line);
  log(`faults: ${faults.length}`);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

type Played = Round & Outcome;

/** No key for a plain store, and a key for an encrypted one. */
async function keysOf(log: ProofOptions['log']): Promise<readonly (string | undefined)[]> {
  const { identity } = await generateKey(0);
  const store = encryptedStore({ store: filesystemStore({ directory: '/' }), identities: [identity] });
  if (store.segments !== undefined) return [undefined, identity.reveal()];
  log('The encrypted store has no segments, so every round uses a plain store.');
  return [undefined];
}

function storeOf({ key }: Round): string {
  return key === undefined ? 'plain' : 'encrypted';
}

function summary(played: readonly Played[], loss: Loss): readonly string[] {
  return (['plain', 'encrypted'] as const).flatMap((store) => {
    const rounds = played.filter((round) => round.loss === loss && storeOf(round) === store);
    if (rounds.length === 0) return [];
    const of = (field: 'behind' | 'since'): string => {
      const sorted = rounds.map((round) => round[field]).sort((one, other) => one - other);
      return `worst ${sorted.at(-1)}, median ${sorted[Math.floor(sorted.length / 2)]}`;
    };
    const wrong = rounds.filter(({ faults }) => faults.length > 0).length;
    return [
      `${loss}, ${store}: ${rounds.length} rounds; messages behind: ${of('behind')}; ms: ${of('since')}; with faults: ${wrong}`,
    ];
  });
}
