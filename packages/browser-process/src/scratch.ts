import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError, MARKER_VARIABLE } from '@wakey/host';

/**
 * The temporary directory of one browser. It holds everything that the browser writes outside its profile, and the
 * driver removes it when the browser ends.
 */
export interface Scratch {
  readonly directory: string;
  /** The profile of the browser: the profile in the options, or else a new one in this directory. */
  readonly profile: string;
  /**
   * The environment of the browser's process: the variables in the options, the marker, and this directory as temporary
   * directory.
   */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Options of `openScratch`, which creates the temporary directory of a browser. */
export interface ScratchOptions {
  readonly marker: string;
  readonly profile?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Creates the temporary directory of a browser. Without a HOME in `env` this directory is also the browser's home, so
 * nothing that it writes there outlives it.
 */
export async function openScratch({ marker, profile, env = {} }: ScratchOptions): Promise<Scratch> {
  const directory = await create(join(resolve(env.TMPDIR ?? tmpdir()), PREFIX));
  await writeFile(join(directory, MARK), marker, { mode: 0o600 });
  const own = join(directory, 'profile');
  if (profile === undefined) await mkdir(own, { mode: 0o700 });
  const given = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return {
    directory,
    profile: profile ?? own,
    env: {
      HOME: directory,
      ...Object.fromEntries(given),
      ...temporary(directory),
      [MARKER_VARIABLE]: marker,
    },
    remove: () => rm(directory, REMOVE),
  };
}

/** Throws if a profile cannot be written to. A browser on such a profile would misbehave without an error. */
export async function assertWritable(profile: string): Promise<void> {
  const proof = join(profile, '.wakey-writable');
  try {
    await writeFile(proof, '', { mode: 0o600 });
    await rm(proof);
  } catch (error) {
    const isMissing = isFileError(error, 'ENOENT', 'ENOTDIR');
    throw new WakeyError('browser-failed', {
      what: isMissing ? `The profile ${profile} is not a directory.` : `Wakey cannot write to the profile ${profile}.`,
      hint: isMissing
        ? 'Create the directory first, or correct the path.'
        : 'Let the user who runs Wakey write to this directory.',
      cause: error,
      details: { profile },
    });
  }
}

/**
 * Removes the temporary directory of a browser whose owner crashed. The path comes from a file in the profile, which
 * may be from elsewhere. So a directory is removed only if it lies directly in the system's temporary directory, is not
 * a link, belongs to this user, and contains the marker of that browser. Every other directory stays.
 */
export async function removeScratch(directory: string, marker: string, temporary = tmpdir()): Promise<void> {
  if (!basename(directory).startsWith(PREFIX) || dirname(directory) !== resolve(temporary)) return;
  if (await isOurs(directory, marker)) await rm(directory, REMOVE);
}

async function isOurs(directory: string, marker: string): Promise<boolean> {
  try {
    const found = await lstat(directory);
    if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false;
    const mark = join(directory, MARK);
    return (await lstat(mark)).isFile() && (await readFile(mark, 'utf8')) === marker;
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return false;
    throw error;
  }
}

const PREFIX = 'wakey-browser-';
/** The file in a browser's temporary directory that contains the marker of that browser. */
const MARK = '.wakey-browser';

/**
 * Returns the variables that name the temporary directory. Chromium creates a socket there, and the path of a socket
 * must be short.
 */
function temporary(directory: string): Readonly<Record<string, string>> {
  if (process.platform === 'win32') return { TEMP: directory, TMP: directory };
  return { TMPDIR: directory.length + SOCKET.length <= 103 ? directory : '/tmp' };
}

const SOCKET = '/org.chromium.Chromium.XXXXXX/SingletonSocket';
/** Retry: a browser that has just died may still remove files while this process removes the directory. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;

async function create(prefix: string): Promise<string> {
  try {
    return await mkdtemp(prefix);
  } catch (error) {
    throw new WakeyError('browser-failed', {
      what: `Could not create a temporary directory at ${prefix}….`,
      hint: 'Free some space there, or set TMPDIR to another directory.',
      cause: error,
    });
  }
}
