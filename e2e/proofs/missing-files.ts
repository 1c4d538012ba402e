import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromiumProfile } from '@wakey/chromium';
import { isKept } from '@wakey/core';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { shuffled } from '../support/faults/targets.ts';
import { filesIn } from '../support/faults/template.ts';
import { seededRandom } from '../support/random.ts';
import { linkSession, startRig, trail } from '../support/rig.ts';

/**
 * Removes each file of a linked session's profile that a backup contains, one at a time, and starts a real browser on the
 * rest. The session must become ready without a code, with that profile or a restored backup, and the phone must list one device.
 */
export async function run({ seed, count = Number.POSITIVE_INFINITY, log }: ProofOptions): Promise<void> {
  const rig = await startRig();
  const main = join(rig.sessionsDir, 'main');
  const whole = join(rig.sessionsDir, '..', `whole-${process.pid}`);
  const failures: string[] = [];
  try {
    await (await linkSession(rig)).stop();
    await cp(main, whole, { recursive: true });
    const files = shuffled(
      filesIn(join(whole, 'profile')).filter((path) => isKept(chromiumProfile.parts, path)),
      seededRandom(seed),
    ).slice(0, count);
    for (const file of files) {
      await rm(main, { recursive: true });
      await cp(whole, main, { recursive: true });
      await rm(join(main, 'profile', file));
      const session = rig.session();
      const names = trail(session);
      const steps: string[] = [];
      session.on('recovery', ({ step, why }) => steps.push(`${step} (${why})`));
      const outcome = await Promise.race([session.start().then(() => session.ready()), codeShown(session)]).then(
        () => (names.includes('awaiting-qr') ? 'a code was shown' : 'ready'),
        (error: unknown) => String(error),
      );
      await session.stop();
      const devices = rig.simulator.phone.devices().length;
      if (outcome !== 'ready' || devices !== 1) failures.push(`without ${file}: ${outcome}, ${devices} devices`);
      log(`without ${file}: ${outcome}${steps.length === 0 ? '' : `, ${steps.join(', ')}`}`);
    }
  } finally {
    await rm(whole, { recursive: true, force: true });
    await rig.close();
  }
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

function codeShown(session: ReturnType<Awaited<ReturnType<typeof startRig>>['session']>): Promise<unknown> {
  return new Promise((resolve) => session.on('qr', resolve));
}
