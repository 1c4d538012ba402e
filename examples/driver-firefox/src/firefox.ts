import { type BrowserPlaces, findBrowser } from '@wakey/browser-process';
import type { BrowserOptions } from '@wakey/core';

/** Returns the path of the Firefox to start. */
export async function findFirefox({ executable, env }: BrowserOptions): Promise<string> {
  return findBrowser({ executable, env, places: PLACES });
}

/**
 * The command that starts a program which ends when our process ends. Firefox itself does not notice that the process that
 * drives it is dead. The pipe at descriptor 3 closes with our process, however that ends. A background reader of the pipe
 * then kills the program, which has replaced the shell in the shell's own process.
 */
export function guarded(executable: string, args: readonly string[]) {
  return { executable: '/bin/sh', args: ['-c', GUARD, 'sh', executable, ...args] };
}

/** The script of the shell. It also removes the variables that a shell adds to the environment. */
const GUARD = '{ read -r _ <&3; kill -9 $$; } >/dev/null 2>&1 4>&- & unset PWD OLDPWD SHLVL; exec "$@" 3<&- 4>&-';

/** The settings that Firefox reads only from its environment. */
export const environment = {
  // A crash dump contains the memory of the page: keys and messages.
  MOZ_CRASHREPORTER_DISABLE: '1',
  // Without this variable, a released Firefox asks Mozilla for settings at every start, whatever its preferences say.
  MOZ_REMOTE_SETTINGS_DEVTOOLS: '1',
};

/** The paths of the real binaries. A distribution's start script would put a process between our process and the browser. */
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
