import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { processesNaming } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';
import { type Journey, journeyOf } from '../support/soak/journey.ts';
import { type JourneyResult, travel } from '../support/soak/travel.ts';

/**
 * Runs random journeys: a link by QR or by code, random troubles at random moments, and an end. Each journey must reach
 * `ready` or an ending that its troubles allow, in bounded time, and leave no process, no timer and no file. A journey depends
 * only on its seed: `--seed <its seed> --count 1` replays it.
 */
export async function run({ seed, count = 200, log }: ProofOptions): Promise<void> {
  const seeds = Array.from({ length: count }, (_, index) => seed + index);
  const tally = new Map<string, number>();
  const failures: string[] = [];
  // Two at a time: as many as the machine has cores.
  await Promise.all(
    [0, 1].map(async () => {
      for (let own = seeds.shift(); own !== undefined; own = seeds.shift()) {
        const journey = journeyOf(seededRandom(own));
        const outcome = await travel(journey);
        const wrong = await faultsOf(journey, outcome);
        tally.set(outcome.end, (tally.get(outcome.end) ?? 0) + 1);
        log(`seed ${own}: ${journey.method}, ${namesOf(journey) || 'no trouble'} → ${outcome.end}`);
        for (const fault of wrong) failures.push(`seed ${own}: ${fault}; trail: ${outcome.trail.join(' ')}`);
      }
    }),
  );
  log(
    [...tally]
      .map(([end, times]) => `${end} ${times}`)
      .sort()
      .join(', '),
  );
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** Everything that is wrong after a journey. */
async function faultsOf(journey: Journey, outcome: JourneyResult): Promise<readonly string[]> {
  const faults: string[] = [];
  const allowed = new Set(['ready', ...journey.steps.flatMap(({ mayEnd }) => mayEnd)]);
  if (!allowed.has(outcome.end)) faults.push(`ended in ${outcome.end}, allowed: ${[...allowed].join(', ')}`);
  if (outcome.timers > 0) faults.push(`${outcome.timers} timers left`);
  const processes = processesNaming(outcome.sessionsDir);
  if (processes.length > 0) faults.push(`processes left: ${processes.join(', ')}`);
  const strange = (await filesOf(outcome.sessionsDir)).filter((name) => !known.has(name));
  if (strange.length > 0) faults.push(`files left: ${strange.join(', ')}`);
  await outcome.clean();
  return faults;
}

const known = new Set(['.gitignore', 'lock', 'session.json', 'profile', 'quarantine']);

async function filesOf(sessionsDir: string): Promise<readonly string[]> {
  const sessions = await readdir(sessionsDir);
  const lists = sessions.filter((name) => name !== '.gitignore').map((name) => readdir(join(sessionsDir, name)));
  return (await Promise.all(lists)).flat();
}

function namesOf({ steps }: Journey): string {
  return steps.map(({ name, after }) => `${name}@${after}`).join(' ');
}
