import { lightpandaDriver } from '../src/lightpanda-driver.js';

const [, , executable = ''] = process.argv;

/** A process that launches a browser and is then killed by the test that started it. */
process.once('message', async ({ folder }: { readonly folder: string }) => {
  const browser = await lightpandaDriver({ executable, env: { TMPDIR: folder } }).launch({});
  process.send?.(browser.pid);
});
