import { join } from 'node:path';
import type { BundleManifest } from '@wakey/bundle';
import {
  type CancelSignal,
  isWakeyError,
  type LeaseHolder,
  type ProfileFormat,
  parseSessionId,
  type SessionStore,
  WakeyError,
} from '@wakey/core';
import { type Clock, systemClock, thisPlatform } from '@wakey/host';
import { unpackProfile } from '../profile/unpack-profile.js';
import { type Adopted, adopt, type Incoming, refuseLinked, refuseUnsound } from './adopt.js';
import { type HeldSession, holdSession } from './hold-session.js';

/** The session to which an import or a migration adds a login. */
export interface TakeInOptions {
  readonly sessionsDir: string;
  readonly id: string;
  /** The format of the session’s profile: that of the driver that will start it. */
  readonly format: ProfileFormat;
  /**
   * The store to which the login is also written as a backup. With an encrypted store, no unencrypted copy stays on the
   * disk.
   * @default none: only the profile holds the login
   */
  readonly store?: SessionStore;
  /** The holder that other processes see during the import. */
  readonly holder: LeaseHolder;
  /** Whether to move an existing login to quarantine. @default false: the import fails if the session has a login */
  readonly replace?: boolean;
  readonly signal?: CancelSignal;
  /** @default the system's */
  readonly clock?: Clock;
}

/** The bundle to import and its target. */
export interface ImportSessionOptions extends TakeInOptions {
  /** The bytes of a bundle, unencrypted. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The imported login, with which the next start resumes. */
export interface SessionImport extends Adopted {
  /** The account of the login, if it is known. */
  readonly me?: string;
  readonly manifest: BundleManifest;
}

/**
 * Replaces a session's profile by the profile in a bundle, and writes it to the store. Reads the bundle to its end and
 * checks it before any change to the session.
 *
 * Throws `session-in-use`; `invalid-argument` if the session has a login already; `bundle-damaged`;
 * `bundle-unsupported`; and the errors of `bytes`, of the store and of the session's directory. After a failure the
 * session is unchanged; a session that did not exist before is not created.
 */
export async function importSession(options: ImportSessionOptions): Promise<SessionImport> {
  const { bytes, format, signal, clock = systemClock } = options;
  return takeIn(options, async (scratch) => {
    const manifest = await unpackProfile(bytes, scratch, format, signal === undefined ? {} : { signal });
    const { me, linkedAt = clock.now(), origin, driver, browser } = manifest;
    const profile = join(scratch, 'profile');
    await refuseUnsound(format, profile, unsound);
    const incoming: Incoming = { profile, driver, browser, me, linkedAt, origin, reason: 'replaced-by-import' };
    return { incoming, facts: me === undefined ? { manifest } : { manifest, me } };
  });
}

/**
 * Takes a session, lets `bring` write a profile into the session's directory for copies, and adopts that profile. After a
 * failure the session is unchanged.
 */
export async function takeIn<Facts>(
  { replace = false, clock = systemClock, ...options }: TakeInOptions,
  bring: (scratch: string) => Promise<{ readonly incoming: Incoming; readonly facts: Facts }>,
): Promise<Facts & Adopted> {
  const { store, signal } = options;
  const id = parseSessionId(options.id);
  const memoryDir = store?.isEncrypted === true ? thisPlatform.memoryDir : undefined;
  const held = await holdSession({ ...options, id, clock, memoryDir });
  const context = { held, format: options.format, store, signal, now: () => clock.now() };
  try {
    if (!replace) await refuseLinked(context);
    const { incoming, facts } = await bring(await held.workspace.openScratch());
    const adopted = await adopt(incoming, context);
    await held.release({ isKept: adopted.generation !== undefined });
    return { ...facts, ...adopted };
  } catch (error) {
    await giveUp(held);
    throw error;
  }
}

/** Cleans up after a failure, which the caller reports. The next opening of the session removes files that remain. */
async function giveUp({ workspace, release }: HeldSession): Promise<void> {
  await workspace.clearScratch().catch((error: unknown) => {
    if (!isWakeyError(error)) throw error;
  });
  await release({ isUnused: true }).catch(() => undefined); // The caller reports the first failure.
}

function unsound(why: string): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `The profile in this bundle cannot be used: ${why}.`,
    hint: 'Nothing was changed. Import an older bundle, or another copy of this bundle.',
  });
}
