import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverClause } from '../clause.js';
import { nothingLeft } from '../processes.js';
import { littering } from '../sabotage/saboteurs.js';

/** Browsers leave no process and no file, also after many launches and kills at once. */
export const fleetClauses: readonly DriverClause[] = [
  {
    name: 'leaves no process and no file after 20 launches and 20 kills, 4 at a time',
    needs: 'processId',
    sabotage: littering,
    async check({ driver, folder }) {
      const { launch, capabilities } = driver({ env: { TMPDIR: folder } });
      const keeps = capabilities.persistentProfile.supported;
      const profiles = [0, 1, 2, 3].map((lane) => join(folder, `profile-${lane}`));
      const lane = async (profile: string) => {
        await mkdir(profile);
        for (let round = 0; round < 5; round += 1) {
          // Half of the browsers have a profile, if the driver has profiles. Half of the kills come without any warning
          // to the driver.
          const browser = await launch(keeps && round % 2 === 0 ? { profile } : {});
          assert.equal(await browser.page.evaluate('1 + 1'), 2);
          process.kill(browser.pid ?? 0, 'SIGKILL');
          await (round % 2 === 0 ? browser.lost : browser.close());
        }
      };
      await Promise.all(profiles.map(lane));
      await nothingLeft(
        folder,
        profiles.map((profile) => profile.slice(folder.length + 1)),
      );
    },
  },
];
