import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { fileTrouble, isFileError } from '@wakey/host';
import { flawOf } from './find-browser.js';

/** The variables that say where a user's cache is. */
export interface CacheEnvironment {
  readonly XDG_CACHE_HOME?: string | undefined;
  readonly HOME?: string | undefined;
}

/** A browser that Wakey downloaded. */
export interface DownloadedBrowser {
  /** The version under which it was downloaded, such as "1.0.2". */
  readonly version: string;
  /** The absolute path of its binary. */
  readonly executable: string;
}

/**
 * Returns the directory of all versions of a browser that Wakey downloads: `wakey/<name>` in `XDG_CACHE_HOME`, or else in
 * `.cache` of `HOME`. Undefined if `env` names neither by an absolute path.
 */
export function downloadsOf(
  name: string,
  { XDG_CACHE_HOME: cache = '', HOME: home = '' }: CacheEnvironment,
): string | undefined {
  if (isAbsolute(cache)) return join(cache, 'wakey', name);
  return isAbsolute(home) ? join(home, '.cache', 'wakey', name) : undefined;
}

/** Returns where the binary of one version is, or would be, in the directory `downloads`. */
export function downloadedBinary(downloads: string, name: string, version: string): string {
  return join(downloads, version, name);
}

/**
 * Lists the versions of a browser that Wakey downloaded, newest first. A version without a program is left out. Rejects
 * with `browser-unavailable` if their directory cannot be read.
 */
export async function downloadedBrowsers(name: string, env: CacheEnvironment): Promise<readonly DownloadedBrowser[]> {
  const downloads = downloadsOf(name, env);
  if (downloads === undefined) return [];
  const found: DownloadedBrowser[] = [];
  for (const version of await versionsIn(downloads)) {
    const executable = downloadedBinary(downloads, name, version);
    if ((await flawOf(executable)) === undefined) found.push({ version, executable });
  }
  return found;
}

async function versionsIn(downloads: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(downloads)).filter((name) => /^\d/.test(name));
    return names.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw fileTrouble('browser-unavailable', 'list the browsers in', downloads, error);
  }
}
