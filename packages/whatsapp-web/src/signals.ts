import { type BlockedBy, type PageSignal, type ReadyBlocker, type Restrictions, secret } from '@wakey/core';
import type { Facts } from './facts.js';
import { logoutSignal } from './logout.js';
import { isConnected, isUnpaired, type Memory, remember } from './memory.js';
import { refusedBrowser } from './page-errors.js';

/** The signals of a reading, and the memory after it. */
export interface Meaning {
  readonly memory: Memory;
  readonly signals: readonly PageSignal[];
}

/** Turns facts into signals, with the memory of earlier facts. A pure function. */
export function meaningOf(before: Memory, facts: Facts): Meaning {
  const memory = remember(before, facts);
  // The page reloads and will state its reason in a moment; until then its state means nothing.
  if (facts.logout?.isAwaited && !memory.isLoggingOut) return { memory, signals: [] };
  const gone = logoutSignal(memory, facts);
  if (gone === undefined) return { memory, signals: levels(before, memory, facts) };
  if (gone.type === 'blocked') return { memory, signals: [gone] };
  // No device is registered any more, so the memory of it goes. The page also shows that it can be linked again.
  const after: Memory = { ...memory, wasRegistered: false, wasConnected: false, wasReady: false };
  return { memory: after, signals: [gone, ...levels(after, after, facts)] };
}

function levels(before: Memory, memory: Memory, facts: Facts): readonly PageSignal[] {
  const { kind, missing, isSettled, version, scripts } = facts;
  if (kind === 'foreign') return [];
  if (kind === 'refusing') return [{ type: 'blocked', by: 'browser', detail: refusedBrowser(facts).message }];
  if (kind === 'loading') return [{ type: 'page-booting', missing: ['document'] }];
  if (missing.length > 0) {
    const build = version === undefined ? {} : { version };
    // Only a page whose scripts have all arrived is incompatible; if scripts are missing, the network is the cause.
    const isWhole = isSettled && scripts.failed.length === 0;
    return [isWhole ? { type: 'incompatible', missing, ...build } : { type: 'page-booting', missing: awaited(facts) }];
  }
  const obstacle = obstacleOf(memory, facts);
  if (obstacle !== undefined) return [obstacle];
  if (facts.isRegistered === undefined) return [{ type: 'page-booting', missing: ['is-registered'] }];
  return facts.isRegistered ? registered(memory, facts) : unregistered(before, memory, facts);
}

/** Returns what an incomplete page waits for: its scripts first, because they contain the other parts. */
function awaited({ missing, scripts: { total, pending, failed } }: Facts): readonly string[] {
  if (pending > 0) return [`scripts (${total - pending} of ${total} loaded)`];
  return failed.length > 0 ? failed.map((host) => `scripts of ${host}`) : missing;
}

/** Returns the signal that takes precedence over being linked or not. */
function obstacleOf(memory: Memory, facts: Facts): PageSignal | undefined {
  const { socket, isBanned, isElsewhere, isStopped, passkey } = facts;
  const by = isBanned ? 'ban' : isTooOld(memory, facts) ? 'outdated' : blocks.get(socket);
  if (by !== undefined) return { type: 'blocked', by };
  if (socket === 'CONFLICT' || isElsewhere || isStopped) return { type: 'conflict' };
  if (socket === 'SCREEN_LOCKED') return { type: 'dialog', what: 'screen-lock' };
  if (passkey === undefined) return undefined;
  return { type: 'passkey', request: secret(passkey.request), ...left(passkey.ttl) };
}

/**
 * A refused page reloads itself, which may load a newer build; so only the second refusal, or a page that has stopped,
 * is a block.
 */
function isTooOld({ refusals }: Memory, { isOutdated, isStopped }: Facts): boolean {
  return isOutdated && (isStopped || refusals > 1);
}

/** A Map, not an object: the page chooses the state, which may be the name of a method such as `toString`. */
const blocks: ReadonlyMap<string | undefined, BlockedBy> = new Map([
  ['TOS_BLOCK', 'terms'],
  ['SMB_TOS_BLOCK', 'terms'],
  ['DEPRECATED_VERSION', 'outdated'],
  ['PROXYBLOCK', 'proxy'],
]);

function unregistered(before: Memory, memory: Memory, facts: Facts): readonly PageSignal[] {
  const { linkCode, linkCodeWanted, qr, socket, isOnline } = facts;
  const failed = linkCodeFailed(before, facts);
  const rest = failed === undefined ? [] : [failed];
  if (linkCode !== undefined) return [{ type: 'link-code', code: secret(linkCode.text), ...left(linkCode.ttl) }];
  if (linkCodeWanted !== undefined) {
    const again = linkCodeWanted.wrong > before.wrong;
    return [{ type: 'link-code-wanted', again, ...left(linkCodeWanted.ttl) }];
  }
  if (qr !== undefined) return [...rest, { type: 'qr', qr: secret(qr.text), ...left(qr.ttl) }];
  if (socket === 'UNPAIRED_IDLE') return [...rest, { type: 'qr-idle' }];
  if (socket === 'UNPAIRED') return [...rest, { type: 'unpaired' }];
  if (socket === 'TIMEOUT' || !isOnline) return [...rest, { type: 'offline', cause: 'network' }];
  // Between a scan and the registration, and between two batches of codes, there is nothing to report. A device that
  // disappears must be reported.
  return memory.wasPairing && !memory.wasRegistered ? rest : [{ type: 'page-booting', missing: ['socket'] }];
}

/** Reports each failure once. A code of an earlier document expired with that document. */
function linkCodeFailed(before: Memory, facts: Facts): PageSignal | undefined {
  const { linkCodeFailure: failure, document } = facts;
  const known = document === before.document ? before.failure : 0;
  if (failure !== undefined && failure.seq > known) {
    const wait = failure.retryAfter === undefined ? {} : { retryAfter: failure.retryAfter };
    return { type: 'link-code-failed', why: failure.why, ...wait };
  }
  const isAbandoned = before.codeIn !== undefined && before.codeIn !== document && isUnpaired(facts);
  return isAbandoned ? { type: 'link-code-failed', why: 'expired' } : undefined;
}

function registered(memory: Memory, facts: Facts): readonly PageSignal[] {
  const { dialog, me } = facts;
  const missing = blockersOf(memory, facts);
  const readiness: PageSignal = {
    type: 'readiness',
    ...(me === undefined ? {} : { me }),
    missing,
    ...restrictionsOf(facts),
  };
  const stuck: readonly PageSignal[] = dialog?.isStuck ? [{ type: 'dialog', what: dialog.what }] : [];
  return [...phaseOf(memory, facts), ...stuck, readiness];
}

function restrictionsOf({ timeLock, capping: messageCapping }: Facts): { readonly restrictions?: Restrictions } {
  if (timeLock === undefined && messageCapping === undefined) return {};
  const lock = timeLock === undefined ? {} : { timeLock };
  return { restrictions: { ...lock, ...(messageCapping === undefined ? {} : { messageCapping }) } };
}

function phaseOf(memory: Memory, facts: Facts): readonly PageSignal[] {
  if (isConnected(facts)) {
    if (!facts.hasSynced) return [{ type: 'syncing', percent: facts.percent ?? 0 }];
    return facts.isAlive ? [] : [{ type: 'offline', cause: 'page-silent' }];
  }
  const isCut = facts.socket === 'TIMEOUT' || !facts.isOnline || memory.wasConnected;
  if (isCut) return [{ type: 'offline', cause: 'network' }];
  // The device was linked in this page, not restored: the phone has not finished the linking.
  return memory.wasUnregistered ? [{ type: 'linking' }, { type: 'connecting' }] : [{ type: 'connecting' }];
}

function blockersOf(memory: Memory, facts: Facts): readonly ReadyBlocker[] {
  const { dialog } = facts;
  // A dialog that the probe acknowledges delays only the first ready; later it does not end `ready`.
  const isBlocked = dialog !== undefined && (dialog.isStuck || !memory.wasReady);
  const stands: { readonly [B in ReadyBlocker]: boolean } = {
    socket: !isConnected(facts),
    'own-id': facts.me === undefined,
    synced: !facts.hasSynced,
    dialog: isBlocked,
    alive: !facts.isAlive,
  };
  return (Object.keys(stands) as ReadyBlocker[]).filter((blocker) => stands[blocker]);
}

function left(ttl: number | undefined): { readonly ttl?: number } {
  return ttl === undefined ? {} : { ttl };
}
