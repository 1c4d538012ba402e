import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError, isObject, MARKER_VARIABLE, parsedJson, unlessAbsent } from '@wakey/host';
import { isRunning, type OwnerProcess, ownProcess } from './own-process.js';

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
  const owner = JSON.stringify(await ownProcess());
  const directory = await create(join(temporaryOf(env.TMPDIR), prefixOf(profile)));
  await writeFile(join(directory, OWNER), owner, { mode: 0o600 });
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
export async function removeScratch(directory: string, marker: string, temporary?: string): Promise<void> {
  if (!basename(directory).startsWith(PREFIX) || dirname(directory) !== temporaryOf(temporary)) return;
  if ((await textOfOurs(directory, MARK)) === marker) await rm(directory, REMOVE);
}

/**
 * Removes the temporary directories that were created for browsers on this profile by processes that have ended: a process
 * that crashes before it starts the browser leaves one that the profile does not name. Every other directory stays.
 */
export async function removeAbandoned(profile: string, temporary?: string): Promise<void> {
  const place = temporaryOf(temporary);
  const names = (await unlessAbsent(readdir(place))) ?? [];
  for (const name of names.filter((each) => each.startsWith(prefixOf(profile)))) {
    const directory = join(place, name);
    const owner = ownerOf(await textOfOurs(directory, OWNER));
    if (owner !== undefined && !(await isRunning(owner))) await rm(directory, REMOVE);
  }
}

function ownerOf(text: string | undefined): OwnerProcess | undefined {
  const owner = parsedJson(text ?? '');
  // An owner without a start time cannot be told from a later process with its number.
  if (!isObject(owner) || typeof owner.startTime !== 'string' || owner.startTime === '') return undefined;
  return Number.isSafeInteger(owner.pid) ? { pid: Number(owner.pid), startTime: owner.startTime } : undefined;
}

/** The content of a file in a directory of this user; `undefined` for a link, a directory of somebody else, or a missing file. */
async function textOfOurs(directory: string, name: string): Promise<string | undefined> {
  try {
    const found = await lstat(directory);
    if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return undefined;
    const path = join(directory, name);
    return (await lstat(path)).isFile() ? await readFile(path, 'utf8') : undefined;
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined;
    throw error;
  }
}

function temporaryOf(directory: string | undefined): string {
  return resolve(directory ?? tmpdir());
}

/** The beginning of the names of all temporary directories for this profile, or for browsers without a profile. */
function prefixOf(profile: string | undefined): string {
  if (profile === undefined) return PREFIX;
  return `${PREFIX}${createHash('sha256').update(resolve(profile)).digest('hex').slice(0, 6)}-`;
}

const PREFIX = 'wakey-browser-';
/** The file in a browser's temporary directory that contains the marker of that browser. */
const MARK = '.wakey-browser';
/** The file that names the process which created the directory. */
const OWNER = '.wakey-owner';

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
