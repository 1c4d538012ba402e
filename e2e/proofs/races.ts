import { join } from 'node:path';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { makeFolder } from '../support/folder.ts';
import { type Answer, type Order, type Owner, startOwner } from '../support/locks/owner-process.ts';
import { seededRandom } from '../support/random.ts';

/** A race, and how many take part in it. */
export interface RaceOptions extends ProofOptions {
  /** @default 50 */
  readonly owners?: number;
}

/**
 * Processes that all want one session at the same moment, again and again: its directory, and its lease in the store.
 * Exactly one gets it, everybody else is told who; then that one gives it back, or is killed in its place.
 */
export async function run({ seed, count = 20, owners: size = 50, log }: RaceOptions): Promise<void> {
  const random = seededRandom(seed);
  const folder = await makeFolder();
  const sessionsDir = join(folder.path, 'sessions');
  const owners: Owner[] = [];
  try {
    while (owners.length < size) {
      const more = Math.min(5, size - owners.length);
      owners.push(...(await Promise.all(Array.from({ length: more }, () => startOwner(sessionsDir)))));
    }
    let fence = 0;
    for (let round = 1; round <= count; round += 1) {
      const opened = await raced(owners, { do: 'open', id: 'main' });
      const leased = await raced(owners, { do: 'lease', id: 'main' });
      if (!(Number(leased.answer.fence) > fence)) throw new Error(`Fence ${leased.answer.fence} came after ${fence}.`);
      fence = Number(leased.answer.fence);
      const ends: string[] = [];
      for (const at of new Set([opened.at, leased.at])) ends.push(await end(owners, at, random() < 0.5, sessionsDir));
      log(`round ${round}: one of ${size} opened it, one got the lease with fence ${fence}; ${ends.join(', ')}`);
    }
  } finally {
    await Promise.all(owners.map((owner) => owner.kill()));
    await folder.remove();
  }
}

/** Lets all try at once; gives the one who got it, and fails where that is not exactly one. */
async function raced(
  owners: readonly Owner[],
  order: Order,
): Promise<{ readonly at: number; readonly answer: Answer }> {
  const answers = await Promise.all(owners.map((owner) => owner.tell(order)));
  const winners = answers.flatMap((answer, at) => (answer.ok ? [{ at, answer }] : []));
  const [winner] = winners;
  if (winner === undefined || winners.length > 1) throw new Error(`${order.do}: ${winners.length} got it.`);
  const pid = owners[winner.at]?.pid;
  for (const { ok, code, message = '', details } of answers) {
    if (ok) continue;
    if (code !== 'session-in-use') throw new Error(`${order.do}: refused with ${code}: ${message}`);
    if (details?.pid !== pid) throw new Error(`${order.do}: told of ${details?.pid} in place of ${pid}: ${message}`);
  }
  return winner;
}

/** Gives it back, or dies and is replaced. */
async function end(owners: Owner[], at: number, isKilled: boolean, sessionsDir: string): Promise<string> {
  const owner = owners[at];
  if (owner === undefined) return '';
  if (!isKilled) {
    await owner.tell({ do: 'release', id: 'main' });
    return `${owner.pid} gave it back`;
  }
  await owner.kill();
  owners[at] = await startOwner(sessionsDir);
  return `${owner.pid} was killed`;
}
