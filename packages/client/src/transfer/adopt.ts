import { type BrowserVersion, type CancelSignal, type SessionStore, WakeyError } from '@wakey/core';
import type { BundleManifest } from '../bundle/manifest.js';
import { packBundle } from '../bundle/pack.js';
import { manifestOf, writeOptionsOf } from '../effects/kept.js';
import { contentOf } from '../profile/content-of.js';
import { inspectProfile } from '../profile/inspect-profile.js';
import { listProfile } from '../profile/list-profile.js';
import type { SessionRecord } from '../workspace/record.js';
import type { HeldSession } from './hold-session.js';

/** A profile from elsewhere that lies, whole and looked at, below the session's directory for copies. */
export interface Incoming {
  readonly profile: string;
  readonly driver: string;
  readonly browser: BrowserVersion;
  readonly me: string | undefined;
  readonly linkedAt: number;
  /** The page that the login belongs to, where that is known. */
  readonly origin?: string | undefined;
  /** Why the former profile goes to quarantine. */
  readonly reason: string;
}

/** What adopting works with. */
export interface AdoptContext {
  readonly held: HeldSession;
  readonly store: SessionStore | undefined;
  readonly now: () => number;
  readonly signal: CancelSignal | undefined;
}

/** What became of it. */
export interface Adopted {
  /** The generation it was kept as; absent without a store. */
  readonly generation?: number;
  /** Where the former profile was put aside. */
  readonly quarantine?: string;
  /** The generation the former profile was kept as: one in memory is not put aside. */
  readonly formerGeneration?: number;
}

/**
 * Makes a profile from elsewhere that of the session, under its lock and lease: kept in the store first, then put in place.
 * When the store refuses, nothing was changed; a crash between the two leaves a newer generation, which the next start
 * brings back.
 */
export async function adopt(incoming: Incoming, context: AdoptContext): Promise<Adopted> {
  const { held, now } = context;
  const { workspace, fence } = held;
  const former = workspace.isInMemory ? await keepFormer(workspace.record(), context) : undefined;
  const { driver, browser, me, linkedAt, origin, profile } = incoming;
  const login = { driver, browser, me, linkedAt, origin };
  const known = { ...(me === undefined ? {} : { me }), ...(origin === undefined ? {} : { origin }) };
  const facts = { driver, browser, linkedAt, ...known };
  const generation = await keep(profile, { ...workspaceFacts(workspace.record()), ...facts }, context);
  const content = await contentOf(profile);
  const quarantine = await putInPlace(incoming, context);
  await workspace.clearScratch();
  await workspace.update({
    ...login,
    ...{ lastReadyAt: undefined, restrictions: undefined, recovery: undefined, browserProcess: undefined },
    ...(generation === undefined
      ? { generation: 0, keptAt: undefined, unproved: undefined }
      : { generation, keptAt: now(), unproved: { generation, content } }),
  });
  await workspace.useUnder(fence);
  if (generation !== undefined) await workspace.confirmKept();
  return {
    ...(generation === undefined ? {} : { generation }),
    ...(former === undefined ? {} : { formerGeneration: former }),
    ...(quarantine === undefined || workspace.isInMemory ? {} : { quarantine }),
  };
}

/** Gives where the former profile was put aside. */
async function putInPlace({ profile, reason }: Incoming, { held, store }: AdoptContext): Promise<string | undefined> {
  const { workspace } = held;
  // What is kept encrypted is not left on the disk unencrypted: the next start brings it back from the store.
  if (store?.isEncrypted !== true || workspace.isInMemory) return workspace.replaceProfile(profile, reason);
  return (await workspace.isProfileEmpty()) ? undefined : workspace.quarantineProfile(reason);
}

/** Throws `invalid-argument` where the session has a login already, in its profile or in the store. */
export async function refuseLinked({ held, store, signal }: AdoptContext): Promise<void> {
  const { id, record } = held.workspace;
  const kept = await store?.read(id, signal === undefined ? {} : { signal });
  const { linkedAt, me } = record();
  if (linkedAt === undefined && kept === undefined) return;
  throw new WakeyError('invalid-argument', {
    what: `Session "${id}" has a login already${me === undefined ? '' : `, of ${me}`}; nothing was changed.`,
    todo: 'Use another session name, or ask for it to be replaced (--replace): the former login is then put aside.',
    details: { session: id },
  });
}

/** Throws unless a login can be in the profile. `damaged` says what it was to be. */
export async function refuseUnsound(profile: string, refusal: (why: string) => WakeyError): Promise<void> {
  const found = await inspectProfile(profile);
  if (found.is === 'damaged') throw refusal(found.why);
  if (found.is === 'empty') throw refusal('it holds no data of any page, so no login');
}

async function keepFormer(record: SessionRecord, context: AdoptContext): Promise<number | undefined> {
  const { profileDir } = context.held.workspace;
  if (record.driver === undefined || record.browser === undefined || record.linkedAt === undefined) return undefined;
  return (await inspectProfile(profileDir)).is === 'intact' ? keep(profileDir, record, context) : undefined;
}

async function keep(
  profile: string,
  record: SessionRecord,
  { held, store, now, signal }: AdoptContext,
): Promise<number | undefined> {
  if (store === undefined || held.fence === undefined) return undefined;
  const call = signal === undefined ? {} : { signal };
  const manifest: BundleManifest = manifestOf(record, held.fence, now());
  const bytes = packBundle(manifest, listProfile(profile), call);
  return store.write(held.workspace.id, bytes, { ...writeOptionsOf(manifest, record), ...call });
}

/** What a record says of the session rather than of its login. */
function workspaceFacts({ version, id, createdAt, generation, proved }: SessionRecord): SessionRecord {
  return { version, id, createdAt, generation, ...(proved === undefined ? {} : { proved }) };
}
