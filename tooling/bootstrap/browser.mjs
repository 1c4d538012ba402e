import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pinnedNode, root } from './places.mjs';
import { runStep, SetupError } from './step.mjs';

/**
 * A browser on this machine. `hidden`: only the set-up looks at its path, so the set-up passes that path to the job.
 * @typedef {{ readonly path: string, readonly hidden: boolean }} FoundBrowser
 */

const advice =
  'Install Chrome or Chromium yourself, or set WAKEY_BROWSER to the path of a browser, and run the command again.';

/**
 * Finds a browser, or installs one and prints the commands. Rejects with a SetupError if neither works.
 * @returns {Promise<FoundBrowser>}
 */
export async function provideBrowser() {
  const found = findBrowser(process.env);
  if (found) return found;
  if (process.getuid?.() === 0 && isDebian()) await installWithApt();
  else await installWithPuppeteer();
  const installed = findBrowser(process.env);
  if (!installed)
    throw new SetupError(`The browser was installed, but Wakey does not find it in any of the usual paths.\n${advice}`);
  return installed;
}

/**
 * Looks for a browser: `WAKEY_BROWSER`, then the system's browsers (the binaries before their shell wrappers), then the
 * installer's cache.
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} [places] The paths of the system's browsers.
 * @returns {FoundBrowser | undefined}
 */
export function findBrowser(env, places = systemPlaces(env)) {
  if (env.WAKEY_BROWSER) {
    if (isExecutable(env.WAKEY_BROWSER)) return { path: env.WAKEY_BROWSER, hidden: false };
    throw new SetupError(`WAKEY_BROWSER is "${env.WAKEY_BROWSER}", which is not a program. Correct it or unset it.`);
  }
  const system = [...places, ...onPath(env)].find(isExecutable);
  if (system) return { path: system, hidden: false };
  const cached = cachedBrowsers(env).find(isExecutable);
  return cached ? { path: cached, hidden: true } : undefined;
}

/** @param {NodeJS.ProcessEnv} env */
function systemPlaces(env) {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium'].map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  }
  if (process.platform === 'win32') {
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe'));
  }
  return [
    '/opt/google/chrome/chrome',
    '/usr/lib/chromium/chromium',
    '/usr/lib/chromium/chromium-headless-shell',
    '/usr/lib/chromium-browser/chromium-browser',
  ];
}

/** @param {NodeJS.ProcessEnv} env */
function onPath(env) {
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome-headless-shell'];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** @param {NodeJS.ProcessEnv} env */
function cacheFolder(env) {
  return env.PUPPETEER_CACHE_DIR ?? join(homedir(), '.cache/puppeteer');
}

/**
 * The paths of cached browsers: `<cache>/<browser>/<platform>-<version>/<archive>/<binary>`, newest version first.
 * @param {NodeJS.ProcessEnv} env
 */
function cachedBrowsers(env) {
  const binaries = {
    'chrome-headless-shell': ['chrome-headless-shell', 'chrome-headless-shell.exe'],
    chrome: ['chrome', 'chrome.exe'],
  };
  return Object.entries(binaries).flatMap(([browser, names]) =>
    foldersIn(join(cacheFolder(env), browser))
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .flatMap(foldersIn)
      .flatMap((folder) => names.map((name) => join(folder, name))),
  );
}

/** @param {string} folder */
function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}

/** @param {string} path */
function isExecutable(path) {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // EACCES: this user may not execute the file.
    return false;
  }
}

/** Whether the system is Debian. Ubuntu does not count: its chromium package installs a snap, which does not run in containers. */
export function isDebian() {
  if (!existsSync('/etc/os-release')) return false;
  return /^ID=("?)debian\1$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

async function installWithApt() {
  const install = ['install', '-y', 'chromium', 'chromium-headless-shell'];
  process.stderr.write(
    `No browser found. Installing Debian's, because you are root:\n  apt-get update\n  apt-get ${install.join(' ')}\n`,
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runStep({
    name: 'browser-update',
    title: 'Reading the package lists',
    command: 'apt-get',
    args: ['update'],
    env,
    advice,
  });
  await runStep({ name: 'browser', title: 'Installing Chromium', command: 'apt-get', args: install, env, advice });
}

async function installWithPuppeteer() {
  const tool = join(root, 'tooling/node_modules/@puppeteer/browsers/lib/main-cli.js');
  const args = ['install', 'chrome-headless-shell@stable', '--path', cacheFolder(process.env)];
  process.stderr.write(
    `No browser found. Downloading Chrome's headless shell for this user:\n  npx @puppeteer/browsers ${args.join(' ')}\n`,
  );
  await runStep({
    name: 'browser',
    title: "Downloading Chrome's headless shell",
    command: pinnedNode,
    args: [tool, ...args],
    advice,
  });
}
