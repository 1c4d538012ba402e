import { readFlags } from './flags.ts';
import { serve } from './serve.ts';
import { startUpstream } from './upstream.ts';

/**
 * A stand-in for the binary of Lightpanda, for tests: it listens as `lightpanda serve` does and behaves as that does over
 * the protocol, in front of a real Chromium that has been made to lack what Lightpanda lacks. What Lightpanda's engine
 * itself would make of a page, it cannot show.
 *
 * `main.ts <aug|oct> <browser> <gifts> serve …`: the version to be, the browser to be it with, and what a patched build
 * adds to the stock one (`keys`, `locks`, `caches`; `-` for nothing).
 */
const [version = '', browser = '', gifts = '', command = '', ...rest] = process.argv.slice(2);
if (version !== 'aug' && version !== 'oct') throw new Error(`There is no version "${version}" to stand in for.`);
if (command !== 'serve') throw new Error(`There is no command "${command}".`);

const flags = readFlags(rest, version);
const upstream = await startUpstream(browser, flags.ignoreCertificateErrors);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    upstream.end();
    process.exit(0);
  });
}
await serve({ version, gifts: gifts.split(','), flags, upstream });
