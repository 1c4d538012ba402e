import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError } from '@wakey/host';
import { linuxPlaces } from './places/linux.js';
import { macosPlaces } from './places/macos.js';
import type { BrowserPlaces, PlaceEnvironment } from './places/places.js';
import { windowsPlaces } from './places/windows.js';

/** Which browser to look for, and where. */
export interface FindOptions {
  /** A path, or `auto` to search. @default 'auto' */
  readonly executable?: string | undefined;
  /** Whether a browser without a window is enough: the search then prefers the headless shell. @default true */
  readonly headless?: boolean | undefined;
  /**
   * Environment in which to search besides the usual places: PATH, and the variables with the system's program folders.
   */
  readonly env?: PlaceEnvironment | undefined;
  readonly platform?: NodeJS.Platform;
  /** The places to search, in this order, instead of the usual places. */
  readonly places?: BrowserPlaces;
}

/**
 * Returns the absolute path of a browser's binary: never a packager's start script if the binary behind it is known.
 * Rejects with `browser-unavailable`, and names every place that it searched.
 */
export async function findBrowser(options: FindOptions = {}): Promise<string> {
  const { executable = 'auto', headless = true, env = {}, platform = process.platform } = options;
  const places = options.places ?? placesOf(platform, env);
  if (executable !== 'auto') return given(executable, places);

  const candidates = [...(headless ? places.shells : []), ...places.browsers];
  const names = [...(headless ? places.shellNames : []), ...places.browserNames];
  const looked = [...candidates, ...alongPath(names, env, platform)];
  for (const candidate of looked) {
    if ((await flawOf(candidate)) === undefined) return behindWrapper(candidate, places);
  }
  throw new WakeyError('browser-unavailable', {
    what: `No browser found; searched for ${looked.join(', ')}.`,
    hint: 'Install Chromium, its headless shell or Google Chrome, or set "executable" to the path of the binary.',
    details: { looked: looked.join('\n') },
  });
}

function placesOf(platform: NodeJS.Platform, env: PlaceEnvironment): BrowserPlaces {
  if (platform === 'win32') return windowsPlaces(env);
  return platform === 'darwin' ? macosPlaces(env) : linuxPlaces();
}

async function given(executable: string, places: BrowserPlaces): Promise<string> {
  const wrong = path.isAbsolute(executable) ? await flawOf(executable) : 'is not an absolute path';
  if (wrong === undefined) return behindWrapper(executable, places);
  throw new WakeyError('browser-unavailable', {
    what: `The browser ${executable} ${wrong}.`,
    hint: 'Set "executable" to the absolute path of a browser, or to "auto" to search for one.',
    details: { looked: executable },
  });
}

/** Returns why a path is not a program; undefined if it is one. */
export async function flawOf(candidate: string): Promise<string | undefined> {
  try {
    if (!(await stat(candidate)).isFile()) return 'is not a file';
    await access(candidate, constants.X_OK);
    return undefined;
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return 'does not exist';
    if (isFileError(error, 'EACCES', 'EPERM')) return 'may not be run by this user';
    throw error;
  }
}

async function behindWrapper(executable: string, places: BrowserPlaces): Promise<string> {
  const binary = places.wrappers[executable] ?? places.wrappers[await realpath(executable)];
  return binary !== undefined && (await flawOf(binary)) === undefined ? binary : executable;
}

function alongPath(names: readonly string[], env: PlaceEnvironment, platform: NodeJS.Platform): readonly string[] {
  const { delimiter, join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}
