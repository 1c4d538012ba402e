import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type DownloadedBrowser, downloadedBrowsers } from '@wakey/browser-process';

/** The releases on which the tests run if their binaries are there. */
export const releases = ['0.4.1', '1.0.0', '1.0.1', '1.0.2'] as const;

/**
 * The real binaries on this machine, one for each version: from LIGHTPANDA_EXECUTABLE_PATH_1_0_2 and its like, from
 * LIGHTPANDA_EXECUTABLE_PATH, and those that `wakey browser install lightpanda` downloaded.
 */
export async function realLightpandas(env: NodeJS.ProcessEnv = process.env): Promise<readonly DownloadedBrowser[]> {
  const named = [
    ...releases.map((version) => env[`LIGHTPANDA_EXECUTABLE_PATH_${version.replaceAll('.', '_')}`]),
    env.LIGHTPANDA_EXECUTABLE_PATH,
  ];
  const downloaded = (await downloadedBrowsers('lightpanda', env)).map(({ executable }) => executable);
  const found = new Map<string, string>();
  for (const executable of [...named, ...downloaded]) {
    if (executable === undefined || !existsSync(executable)) continue;
    const version = versionOf(executable);
    if (!found.has(version)) found.set(version, executable);
  }
  const all = [...found].map(([version, executable]) => ({ version, executable }));
  return all.sort((one, other) => one.version.localeCompare(other.version, 'en', { numeric: true }));
}

function versionOf(executable: string): string {
  const env = { LIGHTPANDA_DISABLE_TELEMETRY: 'true' };
  return execFileSync(executable, ['version'], { encoding: 'utf8', env, timeout: 10_000 }).trim();
}
