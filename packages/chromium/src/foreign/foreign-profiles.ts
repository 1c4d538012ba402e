import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type BrowserVersion, type ForeignProfile, WakeyError } from '@wakey/core';
import { fileTrouble, isFileError, quoted } from '@wakey/host';
import { chromiumProfile } from '../profile/chromium-profile.js';
import { refuseBrowserOn } from './foreign-browser.js';
import { foreignFiles } from './foreign-files.js';

/** A profile of Chromium that does not belong to a Wakey session. */
export interface ForeignChromium extends ForeignProfile {
  readonly kind: 'whatsapp-web.js' | 'wppconnect' | 'chromium';
  /** The path of the profile from where the search began, such as `session-work/Default`. */
  readonly name: string;
  /** The sites that have a database in the profile, as the browser names them in file names. */
  readonly sites: readonly string[];
  /** Whether WhatsApp Web has a database in the profile. */
  readonly hasWhatsApp: boolean;
}

/**
 * Finds the profiles with a site's data at a path. The path is a profile, a user data directory, or a directory that holds
 * user data directories, such as `.wwebjs_auth` or `tokens`. Writes nothing. Throws `invalid-argument` if the directory does
 * not exist, and `session-unreadable` if it cannot be read.
 */
export async function findForeignProfiles(path: string): Promise<readonly ForeignChromium[]> {
  try {
    const root = await realpath(path);
    if (!(await lstat(root)).isDirectory()) throw noDirectory(path, 'is not a directory');
    if (await isProfile(root)) return await profileAt(dirname(root), basename(root), dirname(root));
    return await below(root, root, DEPTH);
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) throw noDirectory(path, 'does not exist');
    throw fileTrouble('session-unreadable', 'look for profiles in', path, error);
  }
}

/** How many levels below the path the search goes: `.`, `.wwebjs_auth`, `session-work`. */
const DEPTH = 2;

async function below(root: string, directory: string, depth: number): Promise<readonly ForeignChromium[]> {
  const names = await directoriesIn(directory);
  const here = await Promise.all(
    names.map(async (name) => ((await isProfile(join(directory, name))) ? profileAt(directory, name, root) : [])),
  );
  const found = here.flat();
  if (found.length > 0 || depth === 0) return found;
  const deeper = await Promise.all(names.map((name) => below(root, join(directory, name), depth - 1)));
  return deeper.flat();
}

/**
 * Whether a directory is a profile: a browser creates `IndexedDB` in its profile when the first site stores something.
 */
async function isProfile(directory: string): Promise<boolean> {
  return (await directoriesIn(directory)).includes('IndexedDB');
}

async function profileAt(userDataDir: string, profile: string, root: string): Promise<readonly ForeignChromium[]> {
  const entries = await directoriesIn(join(userDataDir, profile, 'IndexedDB'));
  const sites = entries.flatMap((entry) => /^(.+)\.indexeddb\.leveldb$/.exec(entry)?.[1] ?? []);
  if (sites.length === 0) return [];
  return [
    {
      kind: kindOf(userDataDir),
      ...{ userDataDir, profile, name: relative(root, join(userDataDir, profile)), sites },
      writtenBy: await writerOf(userDataDir),
      format: chromiumProfile,
      files: () => foreignFiles(userDataDir, profile),
      refuseIfInUse: () => refuseBrowserOn(userDataDir),
      hasWhatsApp: sites.some((site) => site.startsWith(WHATSAPP)),
    },
  ];
}

/** Chromium's name for `https://web.whatsapp.com` in file names. */
const WHATSAPP = 'https_web.whatsapp.com_';

/** Recognizes the library that wrote the profile by the directory names that the library's documentation uses. */
function kindOf(userDataDir: string): ForeignChromium['kind'] {
  const [name, parent] = [basename(userDataDir), basename(dirname(userDataDir))];
  if (parent === '.wwebjs_auth' || /^(session|RemoteAuth-.+)$/.test(name) || name.startsWith('session-')) {
    return 'whatsapp-web.js';
  }
  return parent === 'tokens' ? 'wppconnect' : 'chromium';
}

async function writerOf(userDataDir: string): Promise<BrowserVersion> {
  const last = await textOf(join(userDataDir, 'Last Version'));
  // The headless shell does not write `Last Version`; the statistics in its `Local State` name the version.
  const stats = /"stats_version"\s*:\s*"([\d.]+)/.exec((await textOf(join(userDataDir, 'Local State'))) ?? '')?.[1];
  const version = [last?.trim(), stats].find((text) => /^\d+(\.\d+)+$/.test(text ?? ''));
  return { product: 'Chrome', version: version ?? '0' };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'EISDIR')) return undefined;
    throw error;
  }
}

/** The names of the directories in a directory, without links. Empty if the directory is gone or cannot be read. */
async function directoriesIn(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return [];
    throw error;
  }
}

function noDirectory(path: string, what: string): WakeyError {
  return new WakeyError('invalid-argument', {
    what: `${quoted(path)} ${what}.`,
    hint: 'Name the directory that holds the browser’s profile, such as .wwebjs_auth/session or tokens/<session>.',
    details: { path },
  });
}
