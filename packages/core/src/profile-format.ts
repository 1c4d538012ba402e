import type { BrowserVersion } from './driver.js';
import type { CancelSignal, Json } from './json.js';

/**
 * How one kind of browser stores its profile on the disk. A driver whose browser keeps a profile names its format. The
 * rest of Wakey packs, checks, copies and restores profiles only through the format: no other package knows the files
 * of a browser.
 *
 * All paths of a profile are relative to its directory, with `/` between the names.
 */
export interface ProfileFormat {
  /**
   * Lower-case letters, digits and dashes, such as `chromium`. Recorded with each login, because a browser of another format
   * cannot use the profile. Drivers of the same browser share one format, so that a login moves between them.
   */
  readonly name: string;
  /**
   * Present if any version of the browser may use a profile, whichever version wrote it. @default a browser of a lower major version
   * would damage the profile, so the driver refuses it
   */
  readonly anyVersion?: true;
  /** Which files of a profile a backup contains and which it leaves out: the first part that names a path decides. */
  readonly parts: readonly ProfilePart[];
  /**
   * Checks the structure of a profile that no browser has open, and changes nothing. Returns a result for any content of the
   * files. Rejects with `session-unreadable` or `sessions-dir-unusable` if the file system refuses to read.
   */
  inspect(profileDir: string): Promise<ProfileInspection>;
  /**
   * Lists the files that a backup contains, from a profile that no browser has open, in the order of their paths; the
   * same files make the same list. Rejects with `session-unreadable` if such a file cannot be read, instead of leaving
   * it out, and with `aborted`. Reading a file also rejects with `session-unreadable` if the file became shorter.
   */
  list(profileDir: string, options?: { readonly signal?: CancelSignal }): AsyncIterable<ProfileFile>;
  /**
   * Copies the files that a backup contains into the empty directory `into`, while a browser may write the profile.
   * Each database in the copy has the state that it had at one moment during the call. Directories get mode 0700 and
   * files 0600. Do not write to the copy: it may share files with the profile. Rejects with `timeout` if the profile
   * kept changing too quickly, with `aborted`, with `session-unreadable` if the profile is damaged or cannot be read,
   * and with `sessions-dir-unusable`. After a failure `into` holds no usable copy: remove it.
   */
  copyLive(profileDir: string, into: string, options: CopyLiveOptions): Promise<void>;
  /**
   * Called before each start of a browser on a profile: repairs files that a killed browser left unfinished and that
   * the next browser would damage. Removes nothing that a browser would read. Returns the repaired paths. May be
   * interrupted and repeated. Rejects with `session-unreadable` or `sessions-dir-unusable`.
   */
  repair(profileDir: string): Promise<readonly string[]>;
  /**
   * Called on a profile from a bundle before a browser starts on it. If a backup contains only a part of a file (see
   * `parts`), reduces the file to that part. Rejects with `session-unreadable` or `sessions-dir-unusable`.
   */
  reduce(profileDir: string): Promise<void>;
  readonly lock: ProfileLock;
  /** How to find what changed in a profile while its browser runs. Absent: only whole backups are possible. */
  readonly following?: ProfileFollowing;
}

/**
 * Finds what changed in a profile since a known state, so that a store can keep each change as it is made. All methods
 * leave out the files that no backup contains.
 */
export interface ProfileFollowing {
  /**
   * Which states have comparable `commits`. `profile`: all states of a profile. `backup`: only the states of one backup and its
   * changes, because no file of the profile stores a lasting count. @default profile
   */
  readonly counts?: 'profile' | 'backup';
  /**
   * The state of a profile that nothing changes meanwhile: of a copy from `copyLive`, or of a profile without a browser.
   * Rejects as `ProfileFormat.list` does.
   */
  stateOf(profileDir: string, options?: { readonly signal?: CancelSignal }): Promise<ProfileState>;
  /**
   * The changes of a profile since the state `from`, while a browser may write to it or after its end. Nothing if nothing
   * changed. Each `commit` ends a group: a copy in the state `from`, with all groups so far applied to it, is a profile
   * that a browser killed at one moment would have left, without the record that it was just writing. Never yields a later
   * commit of a database without an earlier one. If the profile cannot have come from the state `from`, for example because
   * the browser has replaced a database by a new one, the last step is `began-again`. A group may create the same file twice: the
   * last content counts.
   *
   * Rejects with `timeout` if the profile kept changing too quickly, with `aborted`, with `session-unreadable` if the profile is
   * damaged or cannot be read, and with `sessions-dir-unusable`. After a failure the changes up to the last `commit` are valid.
   * However the call ends, it leaves no file of the profile open.
   */
  changes(profileDir: string, from: ProfileState, options: CopyLiveOptions): AsyncIterable<ProfileStep>;
  /**
   * Calls `onChange` soon after each change of a profile, from the notifications of the operating system or else by looking
   * at the sizes of files. May call it too often, and may miss a change: call `changes` from time to time too. Never
   * rejects; a profile that is gone has no changes. Returns the function that ends the watch, which may be called twice.
   */
  watch(profileDir: string, onChange: () => void, options: { readonly clock: ProfileClock }): () => void;
}

/** The files of a profile at one moment, as JSON whose content only the format knows. */
export interface ProfileState {
  readonly version: 1;
  /**
   * How many changes the page has made to its databases; grows with each commit, which makes one or more changes. A copy
   * with a smaller number lacks the difference, if the two can be compared: see `ProfileFollowing.counts`.
   */
  readonly commits: number;
  /** By the path of each file that the profile needs. */
  readonly files: Readonly<Record<string, Json>>;
}

/** One step from a state of a profile to a later one. */
export type ProfileStep =
  /** The file is empty now; its directories exist. */
  | { readonly type: 'create'; readonly path: string }
  /** The file contains these bytes from the offset `at` on: at most 1 MiB. `at` is at most the size of the file. */
  | { readonly type: 'write'; readonly path: string; readonly at: number; readonly bytes: Uint8Array }
  /** The file ends after `size` bytes now. */
  | { readonly type: 'truncate'; readonly path: string; readonly size: number }
  | { readonly type: 'remove'; readonly path: string }
  /** The end of a group, and the state after it. */
  | { readonly type: 'commit'; readonly state: ProfileState }
  /**
   * The changes cannot be told as steps; a new backup is needed. `why` names the file and quotes no content. `isBehind`: the
   * profile is an earlier one than the state from which the changes were asked for: a disk has lost its last changes, as after a
   * power cut, or somebody has put an older copy in its place.
   */
  | { readonly type: 'began-again'; readonly why: string; readonly isBehind?: true };

/** Whether a backup contains some places of a browser's profile, and what is stored there. */
export interface ProfilePart {
  /**
   * Paths. `*` stands for any part of one name, `**` for any directories above. All paths below a named place belong to it.
   */
  readonly places: readonly string[];
  readonly is: 'kept' | 'left-out';
  readonly why: string;
}

/**
 * The result of inspecting a profile. `empty`: no database of a page holds data, so the profile holds no login: it is
 * new, or has lost all its data. `intact`: a browser can start on it. A profile that a killed browser left is intact
 * too. `damaged`: the browser would lose or reject a part of it. `why` names the first damaged file and quotes no
 * content.
 */
export type ProfileInspection = { readonly is: 'empty' | 'intact' } | { readonly is: 'damaged'; readonly why: string };

/** One file of a profile that a backup contains. */
export interface ProfileFile {
  readonly path: string;
  /** In bytes. The content from `open` must be exactly that long. */
  readonly size: number;
  /**
   * Reads the content of the file from the start. Rejects with `ENOENT` if the file is gone. With `buffer`, every chunk
   * may use that memory, so the reader finishes with a chunk before it requests the next. Without `buffer`, each chunk
   * has its own memory.
   */
  open(buffer?: Uint8Array): AsyncIterable<Uint8Array>;
}

/** Options of `ProfileFormat.copyLive` and `ProfileFollowing.changes`. */
export interface CopyLiveOptions {
  readonly clock: ProfileClock;
  readonly signal?: CancelSignal;
  /** How long to try for a consistent copy, in ms. @default 30_000 */
  readonly timeout?: number;
  /**
   * Called each time when the format has stopped the browser in order to read its files, and the browser runs again. `ms` is
   * how long the page could do nothing. A format that reads while the browser runs on never calls it.
   */
  readonly onStopped?: (ms: number) => void;
}

/** A clock and its timer, which tests replace. */
export interface ProfileClock {
  /** In ms since 1970. */
  now(): number;
  /** Calls `run` once after `ms`. Returns the function that cancels the call. */
  set(ms: number, run: () => void): () => void;
}

/**
 * The lock by which browsers keep each other away from a profile. It may be stale, and it may come from another
 * machine.
 */
export interface ProfileLock {
  /** The host and the process in the browser's own lock; `undefined` if no lock is there. Changes nothing. */
  read(profileDir: string): Promise<{ readonly host: string; readonly pid: number } | undefined>;
  /**
   * Removes the browser's own lock. The caller has proved that no browser holds it. After a crash in between, `read` still
   * finds the lock.
   */
  remove(profileDir: string): Promise<void>;
  /** A command-line argument of every browser that runs on this profile, and of no other process. */
  argument(profileDir: string): string;
}

/** A browser profile that does not belong to a Wakey session, such as that of another library. */
export interface ForeignProfile {
  /** The library or browser that stores profiles this way, such as `whatsapp-web.js`. */
  readonly kind: string;
  /** The directory of the browser's data; absolute, without symbolic links. */
  readonly userDataDir: string;
  /** The name of the profile in that directory, such as `Default`. */
  readonly profile: string;
  /** The browser that last wrote the profile. If no file names its version, the version is 0: no browser is older. */
  readonly writtenBy: BrowserVersion;
  readonly format: ProfileFormat;
  /**
   * Lists the files that a backup contains, under the paths of a session's profile. Rejects as `ProfileFormat.list`
   * does.
   */
  files(): AsyncIterable<ProfileFile>;
  /**
   * Throws `session-in-use` if a browser runs on the profile, or may run on it: a copy would lack what that browser writes
   * meanwhile. Changes nothing; a stale lock stays too.
   */
  refuseIfInUse(): Promise<void>;
}

/** Whether a backup keeps this path. The path has `/` between its names and no `.` or `..`. */
export function isKept(parts: readonly ProfilePart[], path: string): boolean {
  const names = path.split('/');
  // The first part that names a path decides.
  return parts.find(({ places }) => places.some((place) => matches(place.split('/'), names, false)))?.is === 'kept';
}

/** Whether a directory can contain kept files, so that a walk has to enter it. */
export function leadsToKept(parts: readonly ProfilePart[], directory: string): boolean {
  if (isKept(parts, directory)) return true;
  const names = directory.split('/');
  return parts.some(
    ({ is, places }) =>
      is === 'kept' &&
      places.some((place) => {
        const pattern = place.split('/');
        return pattern.length > names.length && matches(pattern, names, true);
      }),
  );
}

/** Whether a path is the place or below it. With `isAbove`: whether the path is a directory above the place. */
function matches(place: readonly string[], names: readonly string[], isAbove: boolean): boolean {
  if (place[0] === '**') return names.some((_, from) => matches(place.slice(1), names.slice(from), isAbove));
  if (!isAbove && place.length > names.length) return false;
  return place.every((pattern, index) => {
    const name = names[index];
    return name === undefined ? isAbove : fits(pattern, name);
  });
}

function fits(pattern: string, name: string): boolean {
  const [head = '', tail] = pattern.split('*');
  if (tail === undefined) return name === pattern;
  return name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
}
