import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../workspaces.ts';

/** The versions of Lightpanda that Wakey knows, by whether they are installed; or why that is unknown. */
export type Lightpandas =
  | { readonly installed: readonly string[]; readonly missing: readonly string[] }
  | { readonly unknown: string };

/** Finds out which versions of the real Lightpanda are installed. */
export function findLightpandas(): Lightpandas {
  const wakey = join(root, 'apps/cli/bin/wakey.js');
  try {
    const options = { encoding: 'utf8', timeout: 60_000 } as const;
    return lightpandasIn(execFileSync(process.execPath, [wakey, 'browser', 'list', '--json'], options));
  } catch (error) {
    // The tests of the command fail too if it is broken; the results of all checks must be printed in any case.
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}

/** The same, from the output of `wakey browser list --json`. */
export function lightpandasIn(output: string): Lightpandas {
  const versions = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly version: string; readonly executable?: string });
  const named = (isInstalled: boolean) =>
    versions.filter(({ executable }) => (executable !== undefined) === isInstalled).map(({ version }) => version);
  return { installed: named(true), missing: named(false) };
}

/** The drivers besides Puppeteer's on which the lifecycle runs: Lightpanda's only on a real one. */
export function otherDrivers(found: Lightpandas): readonly string[] {
  const hasOne = 'installed' in found && found.installed.length > 0;
  return hasOne ? ['playwright', 'lightpanda'] : ['playwright'];
}

/** Says on which versions no test ran, because they are not installed; undefined if all are. */
export function wordsOn(found: Lightpandas): string | undefined {
  if ('unknown' in found) return `Which versions of Lightpanda are installed is unknown: ${found.unknown}`;
  if (found.missing.length === 0) return undefined;
  return `Not installed, so no test ran on it: Lightpanda ${found.missing.join(', ')}. To install all: npx wakey browser install lightpanda@all`;
}
