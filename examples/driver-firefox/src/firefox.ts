import { type BrowserPlaces, findBrowser } from '@wakey/browser-process';
import type { BrowserOptions } from '@wakey/core';

/** Gives the binary of the Firefox to start. */
export async function findFirefox({ executable, env }: BrowserOptions): Promise<string> {
  return findBrowser({ executable, env, places: PLACES });
}

/**
 * The command that starts a program which does not outlive us: Firefox does not notice that whoever drives it is dead. The
 * pipe at descriptor 3 closes with us, however we end, and then what reads it kills the program, whose process the shell
 * has become.
 */
export function guarded(executable: string, args: readonly string[]) {
  return { executable: '/bin/sh', args: ['-c', GUARD, 'sh', executable, ...args] };
}

/** Of what a shell adds to the environment, nothing is left. */
const GUARD = '{ read -r _ <&3; kill -9 $$; } >/dev/null 2>&1 4>&- & unset PWD OLDPWD SHLVL; exec "$@" 3<&- 4>&-';

/** What Firefox can be told by its environment alone. */
export const environment = {
  // A dump of a crash holds the memory of the page: keys and messages.
  MOZ_CRASHREPORTER_DISABLE: '1',
  // A released Firefox asks its makers for settings at every start, whatever its preferences say, but where this is set.
  MOZ_REMOTE_SETTINGS_DEVTOOLS: '1',
};

/** The real binaries: a packager's start script would put a process between us and the browser. */
const PLACES: BrowserPlaces = {
  shells: [],
  shellNames: [],
  browsers: [
    '/usr/lib/firefox-esr/firefox-esr',
    '/usr/lib/firefox/firefox',
    '/opt/firefox/firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
  ],
  browserNames: ['firefox-esr', 'firefox'],
  wrappers: {
    '/usr/bin/firefox-esr': '/usr/lib/firefox-esr/firefox-esr',
    '/usr/bin/firefox': '/usr/lib/firefox/firefox',
  },
};
