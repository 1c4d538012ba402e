import type { BrowserPlaces } from './places.js';

/**
 * Returns the places of the binaries themselves: Debian's start scripts put a shell between Wakey and the browser, and
 * a kill would end only that shell.
 */
export function linuxPlaces(): BrowserPlaces {
  return {
    shells: [
      '/usr/lib/chromium/chromium-headless-shell',
      '/usr/lib64/chromium-browser/headless_shell',
      '/usr/lib/chromium/headless_shell',
      '/headless-shell/headless-shell',
    ],
    browsers: [
      '/usr/lib/chromium/chromium',
      '/opt/google/chrome/chrome',
      '/opt/google/chrome-beta/chrome',
      '/usr/lib/chromium-browser/chromium-browser',
      '/usr/lib64/chromium-browser/chromium-browser',
      '/opt/microsoft/msedge/msedge',
      '/snap/bin/chromium',
    ],
    shellNames: ['chrome-headless-shell', 'chromium-headless-shell', 'headless-shell', 'headless_shell'],
    browserNames: ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'],
    wrappers: {
      '/usr/bin/chromium': '/usr/lib/chromium/chromium',
      '/usr/bin/chromium-headless-shell': '/usr/lib/chromium/chromium-headless-shell',
      '/usr/bin/google-chrome': '/opt/google/chrome/chrome',
      '/usr/bin/google-chrome-stable': '/opt/google/chrome/chrome',
      '/opt/google/chrome/google-chrome': '/opt/google/chrome/chrome',
    },
  };
}
