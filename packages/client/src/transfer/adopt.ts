import { type BundleManifest, loginFactsOf, packBundle } from '@wakey/bundle';
import { type BrowserVersion, type CancelSignal, type ProfileFormat, type SessionStore, WakeyError } from '@wakey/core';
import { contentOf } from '../profile/content-of.js';
import { manifestOf, writeOptionsOf } from '../runtime/kept.js';
import type { SessionRecord } from '../workspace/record.js';
import type { HeldSession } from './hold-session.js';

/** An imported or migrated profile, complete and inspected, inside the session's directory for copies. */
export interface Incoming {
  readonly profile: string;
  readonly driver: string;
  readonly browser: BrowserVersion;
  readonly me: string | undefined;
  readonly linkedAt: number;
  /** The origin of the page to which the login belongs, if it is known. */
  readonly origin?: string | undefined;
  /** Why the former profile goes to quarantine. */
  readonly reason: string;
}

/** The session that adopts a profile, and where its backup goes. */
export interface AdoptContext {
  readonly held: HeldSession;
  readonly format: ProfileFormat;
  readonly store: SessionStore | undefined;
  readonly now: () => number;
  readonly signal: CancelSignal | undefined;
}

/** Where the login and the former login of a session are after an import or a migration. */
export interface Adopted {
  /** The generation of the new login's backup; absent without a store. */
  readonly generation?: number;
  /** The path of the former profile in quarantine; absent if there was none. */
  readonly quarantine?: string;
  /**
   * The generation of the former profile's backup. Present only for a profile in memory, which does not go to
   * quarantine.
   */
  readonly formerGeneration?: number;
}

/**
 * Makes an imported or migrated profile the session's profile, under the session's lock and lease. First writes the
 * backup, then replaces the live profile. If the store refuses the backup, nothing changes. A crash between the two
 * steps leaves a newer backup, which the next start restores.
 */
export async function adopt(incoming: Incoming, context: AdoptContext): Promise<Adopted> {
  const { held, now } = context;
  const { workspace, fence } = held;
  const former = workspace.isInMemory ? await keepFormer(workspace.record(), context) : undefined;
  const { driver, browser, me, linkedAt, origin, profile } = incoming;
  const profileFormat = context.format.name;
  const login = { driver, browser, profileFormat, me, linkedAt, origin };
  const facts = { ...workspaceFacts(workspace.record()), ...loginFactsOf(login) };
  const generation = await keep(profile, facts, context);
  const content = await contentOf(context.format, profile);
  const quarantine = await putInPlace(incoming, context);
  await workspace.clearScratch();
  await workspace.update({
    ...login,
    ...{
      lostAt: undefined,
      lastReadyAt: undefined,
      restrictions: undefined,
      recovery: undefined,
      browserProcess: undefined,
    },
    ...(generation === undefined
      ? { generation: 0, keptAt: undefined, unproved: undefined }
      : { generation, keptAt: now(), unproved: { generation, content } }),
  });
  await workspace.useUnder(fence);
  if (generation !== undefined) await workspace.confirmKept();
  // The profile is only in the store now, as after a stop that packed it: the next start restores it without a word.
  if (isOnlyInStore(context)) await workspace.update({ isPacked: true });
  return {
    ...(generation === undefined ? {} : { generation }),
    ...(former === undefined ? {} : { formerGeneration: former }),
    ...(quarantine === undefined || workspace.isInMemory ? {} : { quarantine }),
  };
}

/** Whether no unencrypted profile may stay on the disk, so that only the store has the login. */
function isOnlyInStore({ held, store }: AdoptContext): boolean {
  return store?.isEncrypted === true && !held.workspace.isInMemory;
}

/** Replaces the live profile and returns where the former one is in quarantine. */
async function putInPlace({ profile, reason }: Incoming, context: AdoptContext): Promise<string | undefined> {
  const { workspace } = context.held;
  if (!isOnlyInStore(context)) return workspace.replaceProfile(profile, reason);
  return (await workspace.isProfileEmpty()) ? undefined : workspace.quarantineProfile(reason);
}

/** Throws `invalid-argument` if the session has a login already, in its profile or in the store. */
export async function refuseLinked({ held, store, signal }: AdoptContext): Promise<void> {
  const { id, record } = held.workspace;
  const kept = await store?.read(id, signal === undefined ? {} : { signal });
  const { linkedAt, me } = record();
  if (linkedAt === undefined && kept === undefined) return;
  throw new WakeyError('invalid-argument', {
    what: `Session "${id}" has a login already${me === undefined ? '' : `, of ${me}`}; nothing was changed.`,
    hint: 'Use another session name, or replace the login with --replace: the former login then goes to quarantine.',
    details: { session: id },
  });
}

/** Throws `refusal` unless the profile can hold a login. */
export async function refuseUnsound(
  format: ProfileFormat,
  profile: string,
  refusal: (why: string) => WakeyError,
): Promise<void> {
  const found = await format.inspect(profile);
  if (found.is === 'damaged') throw refusal(found.why);
  if (found.is === 'empty') throw refusal('it holds no data of any site, and so no login');
}

async function keepFormer(record: SessionRecord, context: AdoptContext): Promise<number | undefined> {
  const { profileDir } = context.held.workspace;
  if (record.driver === undefined || record.browser === undefined || record.linkedAt === undefined) return undefined;
  return (await context.format.inspect(profileDir)).is === 'intact' ? keep(profileDir, record, context) : undefined;
}

async function keep(
  profile: string,
  record: SessionRecord,
  { held, format, store, now, signal }: AdoptContext,
): Promise<number | undefined> {
  if (store === undefined || held.fence === undefined) return undefined;
  const call = signal === undefined ? {} : { signal };
  const manifest: BundleManifest = manifestOf(record, held.fence, now());
  const bytes = packBundle(manifest, format.list(profile, call), call);
  return store.write(held.workspace.id, bytes, { ...writeOptionsOf(manifest, record), ...call });
}

/** The fields of a record that stay true when the session gets another login. */
function workspaceFacts({ version, id, createdAt, generation, proved }: SessionRecord): SessionRecord {
  return { version, id, createdAt, generation, ...(proved === undefined ? {} : { proved }) };
}
