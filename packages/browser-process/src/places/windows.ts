import type { BrowserPlaces, PlaceEnvironment } from './places.js';

/** Returns the program folders of the machine and of the user, as `env` names them. */
export function windowsPlaces(env: PlaceEnvironment): BrowserPlaces {
  const folders = [
    env.PROGRAMFILES ?? 'C:\\Program Files',
    env['PROGRAMFILES(X86)'] ?? 'C:\\Program Files (x86)',
    ...(env.LOCALAPPDATA === undefined ? [] : [env.LOCALAPPDATA]),
  ];
  const programs = [
    'Chromium\\Application\\chrome.exe',
    'Google\\Chrome\\Application\\chrome.exe',
    'Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return {
    shells: [],
    browsers: programs.flatMap((program) => folders.map((folder) => `${folder}\\${program}`)),
    shellNames: ['chrome-headless-shell.exe'],
    browserNames: ['chrome.exe', 'chromium.exe', 'msedge.exe'],
    wrappers: {},
  };
}
