import { join } from 'node:path';
import type { Environment } from '../options/resolve.js';

/**
 * What of our environment the browser gets: what it needs to show, to speak the user's language and to find its way to
 * the network. Nothing else, since keys of other programs live there too. HOME is left out: what a browser writes there
 * would outlive it. What one driver needs besides, only the browser of that driver gets.
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

/** Lightpanda is looked for by its variable and in the home directory, where it writes nothing: its reports are off. */
const NEEDED_BY: Readonly<Record<string, readonly string[]>> = { lightpanda: ['LIGHTPANDA_EXECUTABLE_PATH', 'HOME'] };
