import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { WakeyError } from '@wakey/core';
import { isFileError } from '@wakey/host';
import { linuxPlaces } from './places/linux.js';
import { macosPlaces } from './places/macos.js';
import type { BrowserPlaces, PlaceEnvironment } from './places/places.js';
import { windowsPlaces } from './places/windows.js';

/** What to look for, and where. */
export interface FindOptions {
  /** A path, or `auto` to look around. @default 'auto' */
  readonly executable?: string | undefined;
  /** A browser without a window will do: the headless shell is preferred. @default true */
  readonly headless?: boolean | undefined;
  /** Where programs are looked for beside the usual places: PATH, and what the system names its program folders by. */
  readonly env?: PlaceEnvironment | undefined;
  readonly platform?: NodeJS.Platform;
  /** Looked at in this order in place of the usual ones. */
  readonly places?: BrowserPlaces;
}

/**
 * Gives the absolute path of a browser's binary: never a packager's start script where the binary behind it is known.
 * Rejects with `browser-unavailable`, naming every place it looked at.
 */
export async function findBrowser(options: FindOptions = {}): Promise<string> {
  const { executable = 'auto', headless = true, env = {}, platform = process.platform } = options;
  const places = options.places ?? placesOf(platform, env);
  if (executable !== 'auto') return given(executable, places);

  const candidates = [...(headless ? places.shells : []), ...places.browsers];
  const names = [...(headless ? places.shellNames : []), ...places.browserNames];
  const looked = [...candidates, ...alongPath(names, env, platform)];
  for (const candidate of looked) {
    if ((await flaw(candidate)) === undefined) return behindWrapper(candidate, places);
  }
  throw new WakeyError('browser-unavailable', {
    what: `No browser was found; looked for ${looked.join(', ')}.`,
    hint: 'Install Chromium, its headless shell or Google Chrome, or give the path of the binary in "executable".',
    details: { looked: looked.join('\n') },
  });
}

function placesOf(platform: NodeJS.Platform, env: PlaceEnvironment): BrowserPlaces {
  if (platform === 'win32') return windowsPlaces(env);
  return platform === 'darwin' ? macosPlaces(env) : linuxPlaces();
}

async function given(executable: string, places: BrowserPlaces): Promise<string> {
  const wrong = path.isAbsolute(executable) ? await flaw(executable) : 'is not an absolute path';
  if (wrong === undefined) return behindWrapper(executable, places);
  throw new WakeyError('browser-unavailable', {
    what: `The browser ${executable} ${wrong}.`,
    hint: 'Give the absolute path of a browser in "executable", or "auto" to have one looked for.',
    details: { looked: executable },
  });
}

/** What keeps a path from being a program, if anything does. */
async function flaw(candidate: string): Promise<string | undefined> {
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
  return binary !== undefined && (await flaw(binary)) === undefined ? binary : executable;
}

function alongPath(names: readonly string[], env: PlaceEnvironment, platform: NodeJS.Platform): readonly string[] {
  const { delimiter, join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}
