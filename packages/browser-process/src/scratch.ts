import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError, MARKER_VARIABLE } from '@wakey/host';

/** The temporary directory of one browser: all that it writes outside its profile goes here, and goes with it. */
export interface Scratch {
  readonly directory: string;
  /** Where the browser keeps its profile: the one given, else one in here. */
  readonly profile: string;
  /** The environment of the browser's process: the one given, the marker, and this directory as its temporary one. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** What a scratch directory is made from. */
export interface ScratchOptions {
  readonly marker: string;
  readonly profile?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Makes the temporary directory of a browser. Without a HOME in `env` the browser gets this directory as its home:
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

/** Proves that a profile can be written to, which a browser would only tell by misbehaving. */
export async function assertWritable(profile: string): Promise<void> {
  const proof = join(profile, '.wakey-writable');
  try {
    await writeFile(proof, '', { mode: 0o600 });
    await rm(proof);
  } catch (error) {
    throw new WakeyError('browser-failed', {
      what: `The profile ${profile} cannot be written to.`,
      hint: 'Give the user that runs this write access to it.',
      cause: error,
      details: { profile },
    });
  }
}

/**
 * Removes the scratch directory that a crashed owner left of a browser. The path comes from a file in the profile, which may
 * have come from elsewhere: a directory is removed only where it lies directly in the temporary directory, is itself and no
 * link, is ours, and has the marker of that browser in it. Anything else stays.
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
/** In each scratch directory: whose it is. */
const MARK = '.wakey-browser';

/** Chromium puts a socket into its temporary directory, and a socket's path has to be short. */
function temporary(directory: string): Readonly<Record<string, string>> {
  if (process.platform === 'win32') return { TEMP: directory, TMP: directory };
  return { TMPDIR: directory.length + SOCKET.length <= 103 ? directory : '/tmp' };
}

const SOCKET = '/org.chromium.Chromium.XXXXXX/SingletonSocket';
/** A browser that has just died may still have files of its own removed under our hands. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;

async function create(prefix: string): Promise<string> {
  try {
    return await mkdtemp(prefix);
  } catch (error) {
    throw new WakeyError('browser-failed', {
      what: `No temporary directory could be made at ${prefix}….`,
      hint: 'Free some room there, or name another place in TMPDIR.',
      cause: error,
    });
  }
}
