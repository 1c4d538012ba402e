import { canMount, mountedDisk } from '@wakey/testkit';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { scenarios, tryOut } from '../support/faults/crash-points.ts';
import { makeTemplate } from '../support/faults/template.ts';

/** The most room that a scenario gets, in pages of 4 kB. Every scenario needs less. */
const most = 200;

/**
 * Runs each scenario on disks with room for 0, 1, 2, … pages, so that each write of a save, a restore and an erasure finds
 * the disk full in turn. No backup may be lost, and once there is room the next start must work. `count`: how many such disks
 * each scenario gets, from a size that the seed chooses. Needs the right to mount a disk; without it, reports that it tried nothing.
 */
export async function run({ seed, count = most, log }: ProofOptions): Promise<void> {
  if (!canMount()) return log('NOT TRIED: no disk can be mounted here (only root can, and not in every container)');
  const template = await makeTemplate();
  const failures: string[] = [];
  const step = Math.max(1, Math.floor(most / count));
  try {
    for (const scenario of scenarios) {
      let tried = 0;
      for (let pages = step === 1 ? 0 : seed % step; pages < most; pages += step) {
        const disk = mountedDisk(8);
        const trouble = {
          begin: () => disk.leave(pages * 4_096),
          end: async () => disk.leave(4 * 1024 ** 2),
        };
        const faults = await tryOut(trouble, { scenario, template, directory: disk.path });
        disk.remove();
        for (const fault of faults) failures.push(`${scenario.name}, ${pages} pages left: ${fault}`);
        tried += 1;
      }
      log(`${scenario.name}: on ${tried} full disks`);
    }
  } finally {
    await template.remove();
  }
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
