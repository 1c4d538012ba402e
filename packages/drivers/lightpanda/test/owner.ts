import { lightpandaDriver } from '../src/lightpanda-driver.js';

const [, , executable = ''] = process.argv;

/** A process that launches a browser and is then killed by the test that started it. */
process.once('message', async ({ folder, profile }: { readonly folder: string; readonly profile?: string }) => {
  const { launch } = lightpandaDriver({ executable, env: { TMPDIR: folder } });
  const browser = await launch(profile === undefined ? {} : { profile });
  process.send?.(browser.pid);
});
