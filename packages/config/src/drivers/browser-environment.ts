import { join } from 'node:path';
import type { Environment } from '../options/resolve.js';

/**
 * The variables that a browser gets: those for its display, its language and its network. The browser gets no others, because the
 * environment also holds keys of other programs. HOME is left out, because files that a browser writes there would outlive it. A
 * variable that only one driver needs goes only to the browser of that driver.
 */
export function browserEnvironment(env: Environment, platform: NodeJS.Platform, driver = ''): Environment {
  if (platform === 'win32') return env;
  const own = NEEDED_BY[driver] ?? [];
  const kept = Object.entries(env).filter(([name]) => NEEDED.has(name) || name.startsWith('LC_') || own.includes(name));
  const authority = env.XAUTHORITY ?? (env.HOME === undefined ? undefined : join(env.HOME, '.Xauthority'));
  return { ...Object.fromEntries(kept), ...(env.DISPLAY === undefined ? {} : { XAUTHORITY: authority }) };
}

const NEEDED: ReadonlySet<string> = new Set([
  ...['PATH', 'TMPDIR', 'LANG', 'LANGUAGE', 'TZ', 'LD_LIBRARY_PATH'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
  ...['FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'],
]);

/**
 * The driver looks for Lightpanda by its variable and in the caches of XDG_CACHE_HOME and HOME, and reads whether it may
 * report its use. Lightpanda writes nothing in HOME unless its reports are on.
 */
const NEEDED_BY: Readonly<Record<string, readonly string[]>> = {
  lightpanda: ['LIGHTPANDA_EXECUTABLE_PATH', 'LIGHTPANDA_DISABLE_TELEMETRY', 'XDG_CACHE_HOME', 'HOME'],
};
