import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../workspaces.ts';

/** Says which versions of the real Lightpanda are not installed, so that no test ran on them; undefined if all are. */
export function skippedLightpandas(): string | undefined {
  const wakey = join(root, 'apps/cli/bin/wakey.js');
  try {
    const options = { encoding: 'utf8', timeout: 60_000 } as const;
    return skippedIn(execFileSync(process.execPath, [wakey, 'browser', 'list', '--json'], options));
  } catch (error) {
    // The tests of the command fail too if it is broken; the results of all checks must be printed in any case.
    return `Which versions of Lightpanda are installed is unknown: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The same, from the output of `wakey browser list --json`. */
export function skippedIn(output: string): string | undefined {
  const versions = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly version: string; readonly executable?: string });
  const missing = versions.filter(({ executable }) => executable === undefined).map(({ version }) => version);
  if (missing.length === 0) return undefined;
  return `Not installed, so no test ran on it: Lightpanda ${missing.join(', ')}. To install all: npx wakey browser install lightpanda@all`;
}
