import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A real Lightpanda on this machine. */
export interface RealLightpanda {
  readonly version: string;
  readonly executable: string;
}

/** The releases on which the tests run if their binaries are there. */
export const releases = ['0.4.1', '1.0.0', '1.0.1', '1.0.2'] as const;

/**
 * The real binaries on this machine, one for each release: from LIGHTPANDA_EXECUTABLE_PATH_1_0_2 and its like, from
 * LIGHTPANDA_EXECUTABLE_PATH, and from `wakey/lightpanda/<version>/lightpanda` in the cache of the user.
 */
export function realLightpandas(env: NodeJS.ProcessEnv = process.env): readonly RealLightpanda[] {
  const cache = join(env.XDG_CACHE_HOME ?? join(env.HOME ?? homedir(), '.cache'), 'wakey', 'lightpanda');
  const cached = existsSync(cache) ? readdirSync(cache) : [];
  const candidates = [
    ...releases.map((version) => env[`LIGHTPANDA_EXECUTABLE_PATH_${version.replaceAll('.', '_')}`]),
    env.LIGHTPANDA_EXECUTABLE_PATH,
    ...cached.map((version) => join(cache, version, 'lightpanda')),
  ];
  const found = new Map<string, string>();
  for (const executable of candidates) {
    if (executable === undefined || executable === '' || !existsSync(executable)) continue;
    const version = versionOf(executable);
    if (!found.has(version)) found.set(version, executable);
  }
  return [...found]
    .map(([version, executable]) => ({ version, executable }))
    .sort((a, b) => (a.version < b.version ? -1 : 1));
}

function versionOf(executable: string): string {
  const env = { LIGHTPANDA_DISABLE_TELEMETRY: 'true' };
  return execFileSync(executable, ['version'], { encoding: 'utf8', env, timeout: 10_000 }).trim();
}
