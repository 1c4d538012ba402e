import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '@wakey/simulator';
import type { KeepingChild } from '../faults/keeping-child.ts';
import { makeFolder } from '../folder.ts';
import { killAll, processesNaming } from '../processes.ts';
import { caughtUp, filled } from './behind.ts';
import { type Loss, placesIn } from './losses.ts';
import { comeBack, link, type Outcome } from './round.ts';
import { startTrafficChild } from './traffic-child.ts';

/** One loss of a large profile. */
export interface LargeRound {
  readonly loss: Loss;
  /** How long messages flow before the loss, in ms. */
  readonly after: number;
  readonly share: number;
  readonly within: number;
}

/** Lets a page store `megabytes` of rows, and loses its session again and again while messages flow. */
export async function playLarge(
  megabytes: number,
  rounds: readonly LargeRound[],
  tell: (round: LargeRound, outcome: Outcome) => void,
): Promise<void> {
  const simulator = await startSimulator({ speed: 20 });
  const folder = await makeFolder();
  const places = placesIn(folder.path);
  let child: KeepingChild | undefined;
  const start = (): KeepingChild => {
    child = startTrafficChild({ url: simulator.url, ...places, megabytes });
    return child;
  };
  try {
    const first = start();
    await link(simulator, first);
    await first.hear(({ event }) => event === 'saved');
    simulator.traffic({ rate: 10 });
    const rows = await filled(first);
    for (const round of rounds) {
      const before = child ?? first;
      await caughtUp(before);
      await delay(round.after);
      const outcome = await comeBack({ simulator, places, start }, before, { ...round, key: undefined });
      const found = await filled(child ?? first);
      const lost = found === rows ? [] : [`the page has ${found} of ${rows} rows`];
      tell(round, { ...outcome, faults: [...outcome.faults, ...lost] });
    }
  } finally {
    killAll(processesNaming(folder.path));
    await simulator.close();
    await folder.remove();
  }
}
