import { testedOn } from './tested-driver.js';

const [, , executable = ''] = process.argv;

/** A process that launches a browser and is then killed by the test that started it: see `ownerClauses`. */
process.once('message', async ({ folder, profile }: { readonly folder: string; readonly profile: string }) => {
  const browser = await testedOn(executable)
    .driver({ env: { TMPDIR: folder } })
    .launch({ profile });
  process.send?.(browser.pid);
});
