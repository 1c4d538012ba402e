import { setTimeout as delay } from 'node:timers/promises';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { type ChildSession, startChildSession } from '../support/child-session.ts';
import { killAll, processesNaming } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';
import { linkSession, startRig } from '../support/rig.ts';

const victims = ['browser', 'node', 'both'] as const;

/**
 * Kills the browser, the Node process, or both, at random moments of a linked session's life: while it launches, resumes,
 * syncs, is ready, or stops. The session must always become ready again, never show a code, and leave no process.
 */
export async function run({ seed, count = 50, log }: ProofOptions): Promise<void> {
  const random = seededRandom(seed);
  const rig = await startRig({ speed: 20 });
  try {
    await (await linkSession(rig)).stop();
    const start = () => startChildSession(rig.simulator.url, rig.sessionsDir);
    let child = start();
    for (let turn = 1; turn <= count; turn += 1) {
      const victim = victims[Math.floor(random() * victims.length)] ?? 'both';
      const wait = Math.round(random() * 1_500);
      const isStopping = random() < 0.2;
      // Half of the kills come before the session has recovered from the previous kill.
      const isAwaited = turn === count || random() < 0.5;
      if (child.isGone()) {
        child = start();
        // Before the state "starting" there is no session to kill: the process still loads its program.
        await child.reach('starting');
      }
      await delay(wait);
      if (isStopping) child.process.kill('SIGTERM');
      const state = child.trail.at(-1) ?? 'booting';
      const from = child.trail.length;
      if (victim !== 'node') killAll(browsersOf(rig.sessionsDir, child));
      if (victim !== 'browser') child.process.kill('SIGKILL');
      if (victim !== 'browser' || isStopping) await child.gone;
      if (isAwaited) child = await recovered(child, from, start);
      if (child.trail.includes('awaiting-qr')) throw new Error(`A code was shown: ${child.trail.join(', ')}`);
      const after = isAwaited ? ': ready again' : '';
      log(
        `${turn}/${count} ${victim} killed after ${wait} ms, ${isStopping ? 'stopping while' : 'while'} ${state}${after}`,
      );
    }
    child.process.kill('SIGTERM');
    await child.gone;
    const linked = rig.simulator.phone.devices().length;
    if (linked !== 1) throw new Error(`The phone lists ${linked} devices; it should list 1.`);
    await expectNone(rig.sessionsDir);
  } finally {
    killAll(processesNaming(rig.sessionsDir));
    await rig.close();
  }
}

/** Waits until the child is ready, or a new child if this one is gone, and returns it. */
async function recovered(child: ChildSession, from: number, start: () => ChildSession): Promise<ChildSession> {
  const current = child.isGone() ? start() : child;
  await current.reach('ready', current === child ? from : 0);
  return current;
}

function browsersOf(sessionsDir: string, child: ChildSession): readonly number[] {
  return processesNaming(sessionsDir).filter((pid) => pid !== child.process.pid);
}

/** Waits until no process of the session is left. A process that was just signalled may take a moment to end. */
async function expectNone(sessionsDir: string): Promise<void> {
  for (let tries = 0; processesNaming(sessionsDir).length > 0; tries += 1) {
    if (tries === 50) throw new Error(`Left behind: ${processesNaming(sessionsDir).join(', ')}`);
    await delay(100);
  }
}
