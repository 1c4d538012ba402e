import { type LeaseHolder, type Quarantined, WakeyError } from '@wakey/core';
import { type Disk, type FileLock, fileTrouble, unlessAbsent } from '@wakey/host';
import { type BrowserLock, clearStaleBrowserLock } from './browser-lock.js';
import { finishErasure, unlinked } from './erasure.js';
import type { WorkspaceFinding } from './finding.js';
import { assertInPlace } from './in-place.js';
import { writeMarker } from './live-marker.js';
import { copyToDisk, eraseFormer, type LivePlace, whyTooLarge } from './live-place.js';
import { bytesBelow } from './live-room.js';
import {
  clearScratch,
  type Deletion,
  deleteTrash,
  hasQuarantine,
  isProfileEmpty,
  openScratch,
  quarantineProfile,
  replaceProfile,
  thinQuarantine,
} from './profile.js';
import { type BrowserProcess, changedRecord, type RecordChange, type SessionRecord, writeRecord } from './record.js';
import type { SessionPaths } from './session-dir.js';
import { strayBrowser } from './stray-browser.js';

/**
 * The directory of one session, ours alone until `release`. Every method but `release` rejects with `closed` after it.
 * Calls that change something run one after the other, in the order they were made.
 */
export interface Workspace {
  readonly id: string;
  /** Absolute, without symbolic links. */
  readonly directory: string;
  /** The live browser profile: an absolute directory, present, mode 0700. Only while no browser runs may it be moved. */
  readonly profileDir: string;
  /** What opening the directory found, and put right. */
  readonly findings: readonly WorkspaceFinding[];
  /** The owner before us, where it ended without giving the session back. */
  readonly formerHolder: LeaseHolder | undefined;
  /**
   * Throws `session-unreadable` where the directory was moved, removed, unmounted or replaced since it was opened. Every method
   * asks first, and then neither reads nor writes what is at its path by now.
   */
  assertInPlace(): Promise<void>;
  /** The record as last written. */
  record(): SessionRecord;
  /**
   * Changes the record. Atomic and durable: after a failure, or a crash at any point, the file holds the old record or the
   * new one. Throws `sessions-dir-unusable` (disk full, read-only) or `session-unreadable`; `record()` is then the old one.
   */
  update(change: RecordChange): Promise<SessionRecord>;
  /** Whether the live profile is in memory: it goes with the machine's power, and with `release` once it is kept. */
  readonly isInMemory: boolean;
  /** Why memory has no room for the unpacked profile in this directory; `undefined` if it has, or if the live profile is on the disk. */
  whyTooLarge(profile: string): Promise<string | undefined>;
  /**
   * Copies the live profile from memory to the session's own directory, where it stays for this owner. The profile in memory
   * is erased once a backup is kept. Only while no browser runs.
   */
  leaveMemory(): Promise<void>;
  /** Puts on record that the profile is used under this lease from now on: where, and since which fence. */
  useUnder(fence: number | undefined): Promise<void>;
  /** A generation is kept: a plain copy that is left where the profile was before is erased. */
  confirmKept(): Promise<void>;
  /** Whether the profile holds nothing. */
  isProfileEmpty(): Promise<boolean>;
  /**
   * Moves the profile aside to `quarantine/<time>-<reason>`, makes an empty one, and gives where it went. The three that
   * were set aside last are kept.
   */
  quarantineProfile(reason: string): Promise<string>;
  /** An empty private directory on the disk of the profile, for copies. What a former call left in it is gone. */
  openScratch(): Promise<string>;
  /** Removes that directory. */
  clearScratch(): Promise<void>;
  /**
   * Puts `from`, a directory below the one of `openScratch`, in the place of the profile. What was there, unless it was
   * empty, goes to quarantine as by `quarantineProfile`; gives where.
   */
  replaceProfile(from: string, reason: string): Promise<string | undefined>;
  /**
   * Erases the credentials: the record says so first, then the profile and whatever is in quarantine are renamed to the
   * trash, and from then on no start finds them, whatever crashes. Deleting the trash goes on after this resolved; `release` waits for it.
   */
  eraseCredentials(what?: ErasureFacts): Promise<Erasure>;
  /** The browser that the record names, when it is alive: left over by an owner that died. */
  strayBrowser(): Promise<BrowserProcess | undefined>;
  /** Removes Chromium's own profile lock when it is proved stale. Only while no browser of ours runs. */
  clearStaleBrowserLock(): Promise<BrowserLock>;
  /**
   * Gives the session back: the holder's record goes, then the lock. May be called twice. The lock is given back even
   * when it rejects. `isUnused`: nothing came to be kept here, so what opening it has made goes as well; a session that
   * was there before, or that is linked by now, stays as it is.
   */
  release(options?: ReleaseOptions): Promise<void>;
}

/** How a session is given back. */
export interface ReleaseOptions {
  /** @default false */
  readonly isUnused?: boolean;
  /** Whether the profile as it is now is kept in the store: one in memory is then erased. @default false */
  readonly isKept?: boolean;
}

/** What an erasure leaves in the store's quarantine: put on record, so that a crash changes nothing about it. */
export interface ErasureFacts {
  /** @default 'nothing' */
  readonly keep?: 'nothing' | 'newest';
  readonly setAside?: Quarantined | undefined;
}

/** Credentials erased. */
export interface Erasure {
  /** How deleting the bytes went, once it is over. Never rejects. */
  readonly deletion: Promise<Deletion>;
}

/** What an opened workspace is made of. */
export interface WorkspaceParts {
  readonly disk: Disk;
  /** In the session's own directory, wherever the live profile is. */
  readonly own: SessionPaths;
  readonly paths: SessionPaths;
  readonly live: Pick<LivePlace, 'liveDir' | 'former'>;
  readonly lock: FileLock;
  readonly holder: LeaseHolder;
  readonly formerHolder: LeaseHolder | undefined;
  readonly record: SessionRecord;
  readonly findings: readonly WorkspaceFinding[];
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Removes what opening has made; absent where the session was there before. Called under the lock; then `after` it. */
  readonly undo: { readonly under: () => Promise<void>; readonly after: () => Promise<void> } | undefined;
}

/** A workspace over parts that are locked, checked and complete. */
export function workspaceOf(parts: WorkspaceParts): Workspace {
  const { disk, now } = parts;
  let { paths } = parts;
  let { liveDir, former } = parts.live;
  let record = parts.record;
  /** Also where the disk refused to put it on record. */
  let isLinked = record.linkedAt !== undefined;
  let last: Promise<unknown> = Promise.resolve();
  let deletion: Promise<Deletion> | undefined;
  let released: Promise<void> | undefined;

  const looked = async <T>(doing: string, run: () => Promise<T>): Promise<T> => {
    try {
      await assertInPlace(parts.lock, parts.own.directory);
      return await run();
    } catch (error) {
      throw fileTrouble('session-unreadable', doing, paths.directory, error);
    }
  };
  const inOrder = <T>(doing: string, run: () => Promise<T>): Promise<T> => {
    if (released !== undefined) return Promise.reject(closed(record.id));
    const done = last.then(() => looked(doing, run));
    last = done.catch(() => undefined); // Whoever called hears of it; the next call does not depend on it.
    return done;
  };
  const write = async (change: RecordChange) => {
    const next = changedRecord(record, change);
    await writeRecord(disk, paths.record, next);
    record = next;
    return record;
  };

  return {
    id: record.id,
    directory: paths.directory,
    get profileDir() {
      return paths.profile;
    },
    findings: parts.findings,
    formerHolder: parts.formerHolder,
    async assertInPlace() {
      if (released !== undefined) throw closed(record.id);
      // Not in the order of the others: one that takes long must not hide that the directory is gone.
      await looked('look at', async () => undefined);
    },
    record: () => record,
    update: (change) =>
      inOrder('update the record in', () => {
        isLinked ||= change.linkedAt !== undefined;
        return write(change);
      }),
    get isInMemory() {
      return liveDir !== undefined;
    },
    whyTooLarge: (profile) =>
      inOrder('measure the profile in', async () =>
        liveDir === undefined ? undefined : whyTooLarge(disk, liveDir, await bytesBelow(disk, profile)),
      ),
    leaveMemory: () =>
      inOrder('move the profile from memory to', async () => {
        if (liveDir === undefined) return;
        await clearScratch(disk, paths);
        await copyToDisk(disk, paths, parts.own, parts);
        await write({ liveDir: undefined });
        [former, paths, liveDir] = [paths, parts.own, undefined];
      }),
    useUnder: (fence) =>
      inOrder('put on record the use of', async () => {
        // Used without a lease for once, the profile is still newer than what was kept under the last one.
        const next = fence ?? record.fence;
        if (liveDir !== undefined) await writeMarker(disk, liveDir, [record.fence ?? 0, next ?? 0]);
        await write({ fence: next, liveDir, isPacked: undefined });
        if (liveDir !== undefined) await writeMarker(disk, liveDir, [next ?? 0]);
      }),
    confirmKept: () =>
      inOrder('erase the former profile in', async () => {
        if (former !== undefined) await eraseFormer(disk, former, now());
        former = undefined;
      }),
    isProfileEmpty: () => inOrder('read the profile in', () => isProfileEmpty(disk, paths)),
    quarantineProfile: (reason) =>
      inOrder('set the profile aside in', async () => {
        const target = await quarantineProfile(disk, paths, now(), reason);
        await thinQuarantine(disk, paths);
        return target;
      }),
    openScratch: () => inOrder('make room for a copy in', () => openScratch(disk, paths)),
    clearScratch: () => inOrder('remove a copy from', () => clearScratch(disk, paths)),
    replaceProfile: (from, reason) =>
      inOrder('replace the profile in', async () => {
        const target = await replaceProfile(disk, paths, from, now(), reason);
        await thinQuarantine(disk, paths);
        return target;
      }),
    eraseCredentials: ({ keep = 'nothing', setAside } = {}) =>
      inOrder('erase the credentials in', async () => {
        const erasing = { ...unlinked, erasingSince: now(), erasingKeep: keep, setAside };
        await finishErasure(disk, paths, await write(erasing), now());
        if (former !== undefined) await eraseFormer(disk, former, now());
        // What was set aside on the disk, before the live profile was in memory.
        if (liveDir !== undefined) await eraseFormer(disk, parts.own, now());
        await write({ erasingSince: undefined, erasingKeep: undefined });
        isLinked = false;
        deletion = deleteTrash(disk, paths);
        return { deletion };
      }),
    strayBrowser: () => inOrder('look for a browser of', () => strayBrowser(disk, record, parts.holder.host)),
    clearStaleBrowserLock: () =>
      inOrder('clear the browser’s lock in', () => {
        const formerHosts = [parts.formerHolder?.host, record.browserProcess?.host].filter(
          (host) => host !== undefined,
        );
        return clearStaleBrowserLock(disk, { profileDir: paths.profile, host: parts.holder.host, formerHosts });
      }),
    release({ isUnused = false, isKept = false } = {}) {
      const pack = async () => {
        if (liveDir === undefined || (isLinked && !isKept)) return;
        // What was put aside may be all that is left of a login; once a good one is kept it is not needed any more.
        if (!isKept && (await hasQuarantine(disk, paths))) return;
        const profileBytes = await bytesBelow(disk, paths.profile);
        await disk.files.rm(liveDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
        if (isLinked) await write({ isPacked: true, profileBytes });
      };
      released ??= last.then(() => deletion).then(() => giveBack(parts, isUnused && !isLinked, pack));
      return released;
    },
  };
}

async function giveBack(
  { disk, paths, lock, undo }: WorkspaceParts,
  isUnused: boolean,
  pack: () => Promise<void>,
): Promise<void> {
  let isThere = false;
  try {
    // What is at its path by now is not ours to tidy.
    isThere = (await lock.look()).is === 'current';
    if (isThere) {
      await pack();
      await unlessAbsent(disk.files.unlink(paths.holder));
      if (isUnused) await undo?.under();
    }
  } finally {
    await lock.release();
  }
  if (isUnused && isThere) await undo?.after();
}

function closed(id: string): WakeyError {
  return new WakeyError('closed', {
    what: `The directory of session "${id}" was given back already.`,
    hint: 'Open it again.',
  });
}
