import { readFlags } from './flags.ts';
import { serve } from './serve.ts';
import { startUpstream } from './upstream.ts';
import { versions } from './versions.ts';

/**
 * A stand-in for the binary of Lightpanda, for tests. It listens as `lightpanda serve` does and answers the same
 * protocol, in front of a real Chromium without the features that Lightpanda lacks. It cannot show how Lightpanda's own
 * engine would handle a page.
 *
 * `main.ts <version> <browser> <storesKeys> serve …`: the version to imitate, the path of Chromium, and `true` if pages can
 * store a CryptoKey.
 */
const [wanted = '', browser = '', storesKeys = '', command = '', ...rest] = process.argv.slice(2);
const version = versions.find((known) => known === wanted);
if (version === undefined) throw new Error(`There is no version "${wanted}" to stand in for.`);
if (command !== 'serve') throw new Error(`There is no command "${command}".`);

const flags = readFlags(rest, version);
const upstream = await startUpstream(browser, flags.ignoreCertificateErrors);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    upstream.end();
    process.exit(0);
  });
}
await serve({ version, storesKeys: storesKeys === 'true', flags, upstream });
