import { newMarker } from '../record.js';
import { openScratch } from '../scratch.js';

const [, , profile, temporary] = process.argv;

/** A process that creates the temporary directory of a browser, and is then killed by the test that started it. */
process.send?.((await openScratch({ marker: newMarker(), profile, env: { TMPDIR: temporary } })).directory);
setInterval(() => undefined, 1_000_000);
