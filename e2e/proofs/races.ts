import { join } from 'node:path';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { makeFolder } from '../support/folder.ts';
import { type Answer, type Order, type Owner, startOwner } from '../support/locks/owner-process.ts';
import { seededRandom } from '../support/random.ts';

/** Options of the proof "races". */
export interface RaceOptions extends ProofOptions {
  /** How many processes take part. @default 50 */
  readonly owners?: number;
}

/**
 * Many processes open one session at the same moment, again and again: its directory, and its lease in the store. Exactly one
 * process gets it, and the error of each other process names that one. Then that process releases it, or is killed and replaced.
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

/** Sends one order to all processes at once. Returns the process that succeeded; throws unless exactly one did. */
async function raced(
  owners: readonly Owner[],
  order: Order,
): Promise<{ readonly at: number; readonly answer: Answer }> {
  const answers = await Promise.all(owners.map((owner) => owner.tell(order)));
  const winners = answers.flatMap((answer, at) => (answer.ok ? [{ at, answer }] : []));
  const [winner] = winners;
  if (winner === undefined || winners.length > 1)
    throw new Error(`${order.do}: ${winners.length} processes succeeded.`);
  const pid = owners[winner.at]?.pid;
  for (const { ok, code, message = '', details } of answers) {
    if (ok) continue;
    if (code !== 'session-in-use') throw new Error(`${order.do}: refused with ${code}: ${message}`);
    if (details?.pid !== pid)
      throw new Error(`${order.do}: the error names process ${details?.pid} and not ${pid}: ${message}`);
  }
  return winner;
}

/** Ends the turn of the process that succeeded: it releases the session, or the proof kills and replaces it. */
async function end(owners: Owner[], at: number, isKilled: boolean, sessionsDir: string): Promise<string> {
  const owner = owners[at];
  if (owner === undefined) return '';
  if (!isKilled) {
    await owner.tell({ do: 'release', id: 'main' });
    return `${owner.pid} released it`;
  }
  await owner.kill();
  owners[at] = await startOwner(sessionsDir);
  return `${owner.pid} was killed`;
}
