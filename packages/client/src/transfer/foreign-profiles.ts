import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type BrowserVersion, WakeyError } from '@wakey/core';
import { fileTrouble, isFileError, quoted } from '@wakey/host';

/** A profile of a browser that is none of Wakey's sessions. */
export interface ForeignProfile {
  /** What keeps its logins so. */
  readonly kind: 'whatsapp-web.js' | 'wppconnect' | 'chromium';
  /** The browser's user data directory; absolute, without symbolic links. */
  readonly userDataDir: string;
  /** Which of its profiles: `Default`, `Profile 1`. */
  readonly profile: string;
  /** From where it was looked for, such as `session-work/Default`. */
  readonly name: string;
  /** The browser that wrote it last; absent where nothing tells. */
  readonly browser?: BrowserVersion;
  /** Sites with a database in it, as the browser names them. */
  readonly sites: readonly string[];
  /** Whether WhatsApp Web has one. */
  readonly hasWhatsApp: boolean;
}

/**
 * The profiles with a site's data at a path: that of a profile, of a user data directory, or of a directory with such ones
 * below it, such as `.wwebjs_auth` or `tokens`. Reads alone. Throws `invalid-argument` where there is no such directory, and
 * `session-unreadable` where it cannot be read.
 */
export async function findForeignProfiles(path: string): Promise<readonly ForeignProfile[]> {
  try {
    const root = await realpath(path);
    if (!(await lstat(root)).isDirectory()) throw noDirectory(path, 'is no directory');
    if (await isProfile(root)) return await profileAt(dirname(root), basename(root), dirname(root));
    return await below(root, root, DEPTH);
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) throw noDirectory(path, 'is not there');
    throw fileTrouble('session-unreadable', 'look for profiles in', path, error);
  }
}

/** `.`, `.wwebjs_auth`, `session-work`. */
const DEPTH = 2;

async function below(root: string, directory: string, depth: number): Promise<readonly ForeignProfile[]> {
  const names = await directoriesIn(directory);
  const here = await Promise.all(
    names.map(async (name) => ((await isProfile(join(directory, name))) ? profileAt(directory, name, root) : [])),
  );
  const found = here.flat();
  if (found.length > 0 || depth === 0) return found;
  const deeper = await Promise.all(names.map((name) => below(root, join(directory, name), depth - 1)));
  return deeper.flat();
}

/** A browser makes this directory for the first site that keeps something. */
async function isProfile(directory: string): Promise<boolean> {
  return (await directoriesIn(directory)).includes('IndexedDB');
}

async function profileAt(userDataDir: string, profile: string, root: string): Promise<readonly ForeignProfile[]> {
  const entries = await directoriesIn(join(userDataDir, profile, 'IndexedDB'));
  const sites = entries.flatMap((entry) => /^(.+)\.indexeddb\.leveldb$/.exec(entry)?.[1] ?? []);
  if (sites.length === 0) return [];
  const browser = await writerOf(userDataDir);
  return [
    {
      kind: kindOf(userDataDir),
      ...{ userDataDir, profile, name: relative(root, join(userDataDir, profile)), sites },
      ...(browser === undefined ? {} : { browser }),
      hasWhatsApp: sites.some((site) => site.startsWith(WHATSAPP)),
    },
  ];
}

/** How Chromium writes `https://web.whatsapp.com`. */
export const WHATSAPP = 'https_web.whatsapp.com_';

/** By the places that the libraries' own documentation gives. */
function kindOf(userDataDir: string): ForeignProfile['kind'] {
  const [name, parent] = [basename(userDataDir), basename(dirname(userDataDir))];
  if (parent === '.wwebjs_auth' || /^(session|RemoteAuth-.+)$/.test(name) || name.startsWith('session-')) {
    return 'whatsapp-web.js';
  }
  return parent === 'tokens' ? 'wppconnect' : 'chromium';
}

async function writerOf(userDataDir: string): Promise<BrowserVersion | undefined> {
  const last = await textOf(join(userDataDir, 'Last Version'));
  // The headless shell writes no such file; what it measures of itself names its version.
  const stats = /"stats_version"\s*:\s*"([\d.]+)/.exec((await textOf(join(userDataDir, 'Local State'))) ?? '')?.[1];
  const version = [last?.trim(), stats].find((text) => /^\d+(\.\d+)+$/.test(text ?? ''));
  return version === undefined ? undefined : { product: 'Chrome', version };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'EISDIR')) return undefined;
    throw error;
  }
}

/** Names of directories in a directory, no links; none where it cannot be looked into or is gone. */
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
