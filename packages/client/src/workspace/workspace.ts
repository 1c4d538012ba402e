import { type LeaseHolder, type ProfileFormat, type Quarantined, WakeyError } from '@wakey/core';
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
 * The directory of one session, whose lock this process holds until `release`. After `release`, every other method
 * rejects with `closed`. Calls that read or write files run one after the other, in the order of the calls.
 */
export interface Workspace {
  readonly id: string;
  /** Absolute, without symbolic links. */
  readonly directory: string;
  /** The absolute path of the live profile, an existing directory of mode 0700. Only `leaveMemory` changes it. */
  readonly profileDir: string;
  /** What `openWorkspace` found and repaired. */
  readonly findings: readonly WorkspaceFinding[];
  /** The former holder, if its process ended without a release. */
  readonly formerHolder: LeaseHolder | undefined;
  /**
   * Throws `session-unreadable` if the directory was moved, removed, unmounted or replaced since it was opened. Every
   * other method checks this first, and throws the same without reading or writing files at the old path.
   */
  assertInPlace(): Promise<void>;
  /** The record as last written. */
  record(): SessionRecord;
  /**
   * Changes the record. Atomic and durable: after a failure, or a crash at any point, the file holds the old or the
   * new record. Throws `sessions-dir-unusable` (disk full, read-only) or `session-unreadable`; no change then.
   */
  update(change: RecordChange): Promise<SessionRecord>;
  /** Whether the live profile is in memory, where a power cut destroys it. If it has a backup, `release` erases it. */
  readonly isInMemory: boolean;
  /** Why memory has no room for the unpacked `profile`; `undefined` if it has, or if the live profile is on the disk. */
  whyTooLarge(profile: string): Promise<string | undefined>;
  /**
   * Copies the live profile from memory to the session's own directory, where it stays until `release`. `confirmKept`
   * erases the profile in memory. Call this only while no browser runs.
   */
  leaveMemory(): Promise<void>;
  /** Records the fence of the lease under which the profile is used from now on, and the profile's directory. */
  useUnder(fence: number | undefined): Promise<void>;
  /** Call this after writing a backup: it erases the original from which the live profile was copied. */
  confirmKept(): Promise<void>;
  /** Whether the profile's directory is empty. */
  isProfileEmpty(): Promise<boolean>;
  /**
   * Moves the profile to `quarantine/<time>-<reason>`, creates an empty one, and returns the path in quarantine.
   * Deletes all but the three newest profiles in quarantine.
   */
  quarantineProfile(reason: string): Promise<string>;
  /** Creates an empty private directory for copies on the profile's volume. Removes the files of an earlier call. */
  openScratch(): Promise<string>;
  /** Removes that directory. */
  clearScratch(): Promise<void>;
  /**
   * Replaces the profile by `from`, a directory inside that of `openScratch`. Moves the former profile to quarantine,
   * as `quarantineProfile` does, unless it is empty; returns its path there.
   */
  replaceProfile(from: string, reason: string): Promise<string | undefined>;
  /**
   * Erases the login: records the erasure, then renames the profile and all quarantined profiles to the trash, where no
   * start uses them, even after a crash. The trash is deleted after this call resolves; `release` waits for that.
   */
  eraseCredentials(what?: ErasureFacts): Promise<Erasure>;
  /** The browser process that the record names, if it is alive: a holder that died left it running. */
  strayBrowser(): Promise<BrowserProcess | undefined>;
  /** Removes the browser's own profile lock if it is proved stale. Call it only while this process runs no browser. */
  clearStaleBrowserLock(): Promise<BrowserLock>;
  /**
   * Releases the session: removes the file that names the holder, then releases the lock. May be called twice. Releases
   * the lock even if it rejects. With `isUnused`, also removes the files that `openWorkspace` created, but not those of
   * a session that existed before or that is linked by now.
   */
  release(options?: ReleaseOptions): Promise<void>;
}

/** How to release a session. */
export interface ReleaseOptions {
  /** @default false */
  readonly isUnused?: boolean;
  /** Whether the newest backup equals the live profile: `release` then erases a profile in memory. @default false */
  readonly isKept?: boolean;
}

/** Which backup an erasure leaves in the store's quarantine; recorded so that the next start can finish the erasure. */
export interface ErasureFacts {
  /** @default 'nothing' */
  readonly keep?: 'nothing' | 'newest';
  readonly setAside?: Quarantined | undefined;
}

/** What an erasure still does after it resolves. */
export interface Erasure {
  /** Resolves with the result when the deletion of the files is over. Never rejects. */
  readonly deletion: Promise<Deletion>;
}

/** The parts of an opened workspace. */
export interface WorkspaceParts {
  readonly disk: Disk;
  readonly format: ProfileFormat | undefined;
  /** The paths in the session's own directory, wherever the live profile is. */
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
  /**
   * Removes the files that `openWorkspace` created; absent for a session that existed before. `under` runs while the
   * lock is held, `after` after its release.
   */
  readonly undo: { readonly under: () => Promise<void>; readonly after: () => Promise<void> } | undefined;
}

/** Creates a workspace from the parts that `openWorkspace` has locked and checked. */
export function workspaceOf(parts: WorkspaceParts): Workspace {
  const { disk, now } = parts;
  let { paths } = parts;
  let { liveDir, former } = parts.live;
  let record = parts.record;
  /** True even if the disk refused to record the link. */
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
    last = done.catch(() => undefined); // The caller gets the error; the next call still runs.
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
      // Do not wait for earlier calls: a slow call must not hide that the directory is gone.
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
        if (liveDir === undefined || parts.format === undefined) return;
        await clearScratch(disk, paths);
        await copyToDisk(disk, paths, parts.own, { ...parts, format: parts.format });
        await write({ liveDir: undefined });
        [former, paths, liveDir] = [paths, parts.own, undefined];
      }),
    useUnder: (fence) =>
      inOrder('record the use of', async () => {
        // Without a lease now, keep the last fence: the profile is still newer than the backups under the last lease.
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
      inOrder('move the profile to quarantine in', async () => {
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
        // The disk may hold profiles in quarantine from before the live profile was in memory.
        if (liveDir !== undefined) await eraseFormer(disk, parts.own, now());
        await write({ erasingSince: undefined, erasingKeep: undefined });
        isLinked = false;
        deletion = deleteTrash(disk, paths);
        return { deletion };
      }),
    strayBrowser: () => inOrder('look for a browser of', () => strayBrowser(disk, record, parts.holder.host)),
    clearStaleBrowserLock: () =>
      inOrder('clear the browser’s lock in', async () => {
        if (parts.format === undefined) return { found: 'none' };
        const formerHosts = [parts.formerHolder?.host, record.browserProcess?.host].filter(
          (host) => host !== undefined,
        );
        const { lock } = parts.format;
        const facts = { profileDir: paths.profile, lock, host: parts.holder.host, formerHosts };
        return clearStaleBrowserLock(disk.platform, facts);
      }),
    release({ isUnused = false, isKept = false } = {}) {
      const pack = async () => {
        if (liveDir === undefined || (isLinked && !isKept)) return;
        // A quarantined profile may hold the only copy of a login. Erase it only if a good login has a backup.
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
    // Change no files if another directory is at the path now.
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
    what: `The directory of session "${id}" was released already.`,
    hint: 'Open the session again.',
  });
}
