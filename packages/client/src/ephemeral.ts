import { type BrowserDriver, WakeyError } from '@wakey/core';
import { realFiles, thisPlatform } from '@wakey/host';
import { readRecord } from './workspace/record.js';
import { sessionPaths } from './workspace/session-dir.js';

/**
 * Throws `unsupported` if the driver's browser keeps no profile and the caller has not agreed to lose the login: each run would
 * add a linked device to the phone.
 */
export function assertKept({ name, capabilities: { persistentProfile } }: BrowserDriver): void {
  if (persistentProfile.supported) return;
  throw new WakeyError('unsupported', {
    what: `The driver "${name}" keeps no login: ${persistentProfile.reason.replace(/\.$/, '')}.`,
    hint: `Use a driver that keeps one, or agree to lose the login (--ephemeral, or ephemeral: true): ${EVERY_RUN}.`,
    details: { driver: name, capability: 'persistentProfile' },
  });
}

const EVERY_RUN = 'it ends with its browser, and every run adds a linked device to the phone';

/** What an ephemeral session warns of when it starts. */
export const EPHEMERAL_WARNING = `nothing of this login is kept: ${EVERY_RUN}; remove the device there after the run`;

/** The driver of an ephemeral session: it launches browsers without a profile, and so without anything to keep. */
export function withoutProfile<Native>(driver: BrowserDriver<Native>): BrowserDriver<Native> {
  const { name, capabilities } = driver;
  const persistentProfile = { supported: false, reason: 'The session is ephemeral.' } as const;
  return {
    name,
    capabilities: { ...capabilities, persistentProfile },
    launch: (options) => driver.launch(options),
  };
}

/**
 * Throws `session-unreadable` if a session has a login on the disk, or an erasure that is not finished: an ephemeral run would
 * neither use nor keep that login.
 */
export async function refuseKeptLogin(sessionsDir: string, id: string): Promise<void> {
  const disk = { files: realFiles, platform: thisPlatform };
  const record = await readRecord(disk, sessionPaths(sessionsDir, id).record, id);
  if (record?.linkedAt === undefined && record?.erasingSince === undefined) return;
  throw new WakeyError('session-unreadable', {
    what: `Session "${id}" has a login that is kept, which an ephemeral run neither uses nor changes. Login kept.`,
    hint: 'Start it without --ephemeral (ephemeral: true), or use another session name for the ephemeral run.',
    details: { session: id },
  });
}
