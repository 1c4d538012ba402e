import { type AskOptions, askBinary } from '@wakey/browser-process';
import { WakeyError } from '@wakey/core';

/** The oldest release that the driver starts: older ones lack IndexedDB, WebSockets or the driver's own arguments. */
export const OLDEST = '0.4.1';

/**
 * Asks Lightpanda's binary for its version, such as "1.0.2". Returns undefined if the binary prints something else, as a
 * script around it may.
 */
export async function binaryVersion(executable: string, options: AskOptions): Promise<string | undefined> {
  const text = await askBinary(executable, ['version'], {
    ...options,
    env: { ...options.env, LIGHTPANDA_DISABLE_TELEMETRY: 'true' },
  });
  return /^v?(\d+\.\d+\.\d+\S*)\s*$/.exec(text)?.[1];
}

/**
 * Whether a version is `least` or later. A build before a release, such as "1.0.0-dev.8123", is older than the release.
 * An unknown version (undefined) is none of these.
 */
export function isAtLeast(version: string | undefined, least: string): boolean {
  if (version === undefined) return false;
  const [own, needed] = [numbersOf(version), numbersOf(least)];
  const at = own.findIndex((part, index) => part !== needed[index]);
  if (at === -1) return !version.includes('-');
  return (own[at] ?? 0) > (needed[at] ?? 0);
}

/** Throws `browser-unavailable` for a release that is too old. An unknown version is no reason to refuse. */
export function refuseOld(executable: string, version: string | undefined): void {
  if (version === undefined || isAtLeast(version, OLDEST)) return;
  throw new WakeyError('browser-unavailable', {
    what: `${executable} is Lightpanda ${version}, and Wakey needs ${OLDEST} or later.`,
    hint: 'Install Lightpanda 1.0.0 or later ("npx wakey browser install lightpanda"), or set "executable" to a later binary.',
    details: { executable, version, oldest: OLDEST },
  });
}

function numbersOf(version: string): readonly number[] {
  return (version.split(/[-+]/)[0] ?? '').split('.').map(Number);
}
