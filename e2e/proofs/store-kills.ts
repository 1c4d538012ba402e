import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { shuffled, type Target, targets, victims } from '../support/faults/targets.ts';
import { openVictim, type Victim } from '../support/faults/victim.ts';
import { seededRandom } from '../support/random.ts';

/** How many sessions run at the same time: as many as the machine has cores. */
const lanes = 2;

/**
 * Kills Node, the browser, or both, while a session links, is copied, packed, written, rotated, restored, stopped. After each
 * kill the session must become ready without a code, and the phone must list one device. Once there was a backup, at least one
 * intact backup must remain. A clean stop leaves no process and no half-written file.
 */
export async function run({ seed, count = 500, log }: ProofOptions): Promise<void> {
  const random = seededRandom(seed);
  const deck = Array.from({ length: Math.ceil(count / targets.length) }, () => shuffled(targets, random))
    .flat()
    .slice(0, count)
    .map((target) => ({ target, victim: victims[Math.floor(random() * victims.length)] ?? 'both', at: random() }));
  const hits = new Map<string, number>();
  const losses: string[] = [];
  let done = 0;
  const lane = async (number: number): Promise<void> => {
    const victim = await openVictim(seed + number);
    try {
      for (let next = deck.shift(); next !== undefined; next = deck.shift()) {
        const phase = await turn(victim, next);
        if (phase === 'rest') {
          // The session stopped before the kill. Try again, with an earlier kill.
          deck.push({ ...next, at: next.at / 2 });
          continue;
        }
        done += 1;
        hits.set(phase, (hits.get(phase) ?? 0) + 1);
        log(`${done}/${count} ${next.victim} killed in ${phase}, meant for ${next.target}`);
      }
      await victim.finish();
    } catch (error) {
      done += 1;
      losses.push(error instanceof Error ? error.message : String(error));
      log(`${done}/${count} LOST: ${losses.at(-1)}`);
    } finally {
      await victim.close();
    }
    if (deck.length > 0) await lane(number);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, (_, number) => lane(number)));
  const spread = [...hits].sort().map(([phase, times]) => `${phase} ${times}`);
  log(`killed in: ${spread.join(', ')}; lost: ${losses.length}`);
  if (losses.length > 0) throw new Error(losses.join('\n'));
}

interface Turn {
  readonly target: Target;
  readonly victim: (typeof victims)[number];
  /** When to kill: from 0 to 1, as a share of the time that the target lasts. */
  readonly at: number;
}

/** Kills the session once and lets it recover. Returns what the session was doing when it was killed. */
async function turn(session: Victim, { target, victim, at }: Turn): Promise<string> {
  await session.goTo(target, at);
  const phase = await session.kill(victim);
  await session.look();
  await session.recover();
  return phase;
}
