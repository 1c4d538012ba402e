import { whileStopped } from '../src/running.ts';
import { tested } from './tested-driver.ts';

/** A process that stops its Firefox to read the profile, and never ends the reading: `node stopping-owner.ts <profile>`. */
const [profile = ''] = process.argv.slice(2);
await tested.driver().launch({ profile });
await whileStopped(profile, {}, async () => {
  process.send?.('stopped');
  await new Promise(() => undefined);
});
