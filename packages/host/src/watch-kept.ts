import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isKept, type ProfileClock, type ProfilePart } from '@wakey/core';
import { isFileError, unlessAbsent } from './files.js';
import { walkKept } from './kept-files.js';
import { identityOf } from './sightings.js';

/** What `watchKept` watches. */
export interface WatchKeptOptions {
  readonly clock: ProfileClock;
  /** Only files that a backup contains are watched. */
  readonly parts: readonly ProfilePart[];
  /** Directories in which the browser creates kept files and directories. They are watched also while nothing is in them. */
  readonly directories: readonly string[];
  /** Whether each change in this directory also changes a file in a watched directory: then this one is not watched. @default none */
  readonly isTold?: (directory: string) => boolean;
  /** Whether an entry of this name is never a directory. It may come and go often without a look for new directories. */
  readonly isFile?: (name: string) => boolean;
  /** How the system notifies of changes in a directory. @default Node's `fs.watch` */
  readonly notify?: (
    path: string,
    options: { readonly persistent: false },
    listener: (event: string, name: string | null) => void,
  ) => FSWatcher;
}

/** Watches the directories of a profile. Promises what `ProfileFollowing.watch` promises. */
export function watchKept(
  profileDir: string,
  onChange: () => void,
  { clock, parts, directories, isTold = () => false, isFile = () => false, notify = watch }: WatchKeptOptions,
): () => void {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly file: string }>();
  let isOver = false;
  let cancel: (() => void) | undefined;
  let isLooking = false;
  let isStale = false;

  look();
  return () => {
    isOver = true;
    cancel?.();
    for (const { watcher } of watchers.values()) watcher.close();
    watchers.clear();
  };

  /** Looks for directories that are new or were replaced; once more if that is asked for meanwhile. */
  function look(): void {
    isStale = true;
    if (isLooking) return;
    isLooking = true;
    void lookWhileStale();
  }

  async function lookWhileStale(): Promise<void> {
    try {
      while (isStale && !isOver) {
        isStale = false;
        await refresh();
      }
    } catch (error) {
      if (!isNoNotice(error)) {
        // Only the file system fails here, or `onChange`, whose error is not ours to hide.
        if (!(error instanceof Error && 'code' in error)) throw error;
        // The caller reads the same directories in a comparison, which fails in the same way and can say so.
        onChange();
      }
      poll();
    } finally {
      isLooking = false;
    }
  }

  async function refresh(): Promise<void> {
    const wanted = new Set<string>(directories);
    for await (const { path, kind } of walkKept(parts, profileDir)) {
      const directory = kind === 'directory' ? path : dirname(path);
      if (!isTold(directory)) wanted.add(directory);
    }
    for (const directory of watchers.keys()) if (!wanted.has(directory)) shut(directory);
    for (const directory of wanted) await open(directory);
  }

  async function open(directory: string): Promise<void> {
    const at = join(profileDir, directory);
    const stat = await unlessAbsent(lstat(at, { bigint: true }));
    const file = stat === undefined ? undefined : identityOf(stat);
    if (isOver || watchers.get(directory)?.file === file) return;
    shut(directory);
    if (file === undefined) return;
    const watcher = notify(at, { persistent: false }, (event, name) => heard(directory, event, name ?? ''));
    watcher.on('error', () => {
      shut(directory);
      poll();
    });
    watchers.set(directory, { watcher, file });
    // Whatever happened before the directory was watched.
    onChange();
  }

  function shut(directory: string): void {
    watchers.get(directory)?.watcher.close();
    watchers.delete(directory);
  }

  function heard(directory: string, event: string, name: string): void {
    if (isOver) return;
    const path = directory === '.' ? name : `${directory}/${name}`;
    if (event === 'rename' && !isFile(name)) look();
    if (isKept(parts, path)) onChange();
  }

  /** Where the system cannot notify: asks for a comparison again and again. */
  function poll(): void {
    if (isOver || cancel !== undefined) return;
    cancel = clock.set(POLL, () => {
      cancel = undefined;
      onChange();
      look();
    });
  }
}

/** Whether a directory is gone, or the system cannot notify of its changes: it has a limit for this, or its volume cannot. */
function isNoNotice(error: unknown): boolean {
  return isFileError(error, 'ENOENT', 'ENOTDIR', 'ENOSPC', 'EMFILE', 'ENFILE', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP');
}

/** How often a profile is looked at that cannot be watched, in ms. */
const POLL = 500;
