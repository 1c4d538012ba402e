import { join } from 'node:path';
import {
  type CancelSignal,
  isWakeyError,
  type LeaseHolder,
  parseSessionId,
  type SessionStore,
  WakeyError,
} from '@wakey/core';
import { type Clock, systemClock, thisPlatform } from '@wakey/host';
import type { BundleManifest } from '../bundle/manifest.js';
import { unpackProfile } from '../profile/unpack-profile.js';
import { type Adopted, adopt, type Incoming, refuseLinked, refuseUnsound } from './adopt.js';
import { type HeldSession, holdSession } from './hold-session.js';

/** Where a login goes to. */
export interface TakeInOptions {
  readonly sessionsDir: string;
  readonly id: string;
  /** Where it is kept besides. With one that is encrypted, nothing of it stays in the clear. @default none: in the profile alone */
  readonly store?: SessionStore;
  /** Told to whoever wants the session meanwhile. */
  readonly holder: LeaseHolder;
  /** Whether a login that is there is put aside. @default false: it is refused */
  readonly replace?: boolean;
  readonly signal?: CancelSignal;
  /** @default the system's */
  readonly clock?: Clock;
}

/** What to import, and where to. */
export interface ImportSessionOptions extends TakeInOptions {
  /** A bundle, not encrypted. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A login that was taken in: the next start resumes with it. */
export interface SessionImport extends Adopted {
  /** Whose it is, where that is known. */
  readonly me?: string;
  readonly manifest: BundleManifest;
}

/**
 * Puts a bundle in the place of a session's profile, and into its store. It is read to its end and looked at before anything
 * of the session is touched.
 *
 * Throws `session-in-use`; `invalid-argument` where there is a login already; `bundle-damaged`; `bundle-unsupported`; and what
 * `bytes`, the store and the session's directory throw. After a failure the session is as it was, or not there if it was not.
 */
export async function importSession(options: ImportSessionOptions): Promise<SessionImport> {
  const { bytes, signal, clock = systemClock } = options;
  return takeIn(options, async (scratch) => {
    const manifest = await unpackProfile(bytes, scratch, signal === undefined ? {} : { signal });
    if (manifest.kind !== 'profile') throw noProfile();
    const { me, linkedAt = clock.now(), origin, driver, browser } = manifest;
    const profile = join(scratch, 'profile');
    await refuseUnsound(profile, unsound);
    const incoming: Incoming = { profile, driver, browser, me, linkedAt, origin, reason: 'replaced-by-import' };
    return { incoming, facts: me === undefined ? { manifest } : { manifest, me } };
  });
}

/**
 * Takes a session, lets `bring` put a profile below its directory for copies, and adopts that. After a failure everything is
 * as it was.
 */
export async function takeIn<Facts>(
  { replace = false, clock = systemClock, ...options }: TakeInOptions,
  bring: (scratch: string) => Promise<{ readonly incoming: Incoming; readonly facts: Facts }>,
): Promise<Facts & Adopted> {
  const { store, signal } = options;
  const id = parseSessionId(options.id);
  const memoryDir = store?.isEncrypted === true ? thisPlatform.memoryDir : undefined;
  const held = await holdSession({ ...options, id, clock, memoryDir });
  const context = { held, store, signal, now: () => clock.now() };
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

/** The first failure is the one to tell; what cannot be cleared away is when the session opens next. */
async function giveUp({ workspace, release }: HeldSession): Promise<void> {
  await workspace.clearScratch().catch((error: unknown) => {
    if (!isWakeyError(error)) throw error;
  });
  await release({ isUnused: true }).catch(() => undefined); // As said above.
}

function noProfile(): WakeyError {
  return new WakeyError('bundle-unsupported', {
    what: 'This bundle holds no browser profile but a snapshot of a browser that has none.',
    hint: 'Nothing was changed. Import one that was exported from a session of a Chromium browser.',
  });
}

function unsound(why: string): WakeyError {
  return new WakeyError('bundle-damaged', {
    what: `The profile in this bundle is no good: ${why}.`,
    hint: 'Nothing was changed. Use an older bundle or another copy of it.',
  });
}
