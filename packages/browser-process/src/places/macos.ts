import type { BrowserPlaces, PlaceEnvironment } from './places.js';

/** Returns the applications of the machine and of the user; `HOME` in `env` names the user's folder. */
export function macosPlaces(env: PlaceEnvironment): BrowserPlaces {
  const home = env.HOME;
  const folders = ['/Applications', ...(home === undefined ? [] : [`${home}/Applications`])];
  const apps = ['Chromium', 'Google Chrome', 'Google Chrome Beta', 'Microsoft Edge'];
  return {
    shells: [],
    browsers: apps.flatMap((app) => folders.map((folder) => `${folder}/${app}.app/Contents/MacOS/${app}`)),
    shellNames: ['chrome-headless-shell'],
    browserNames: ['chromium', 'google-chrome'],
    wrappers: {},
  };
}
