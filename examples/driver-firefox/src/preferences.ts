import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserOptions } from '@wakey/core';

/** Writes the settings into the profile's `user.js`, which Firefox reads once, at its start. Other browsers take arguments for them. */
export async function writePreferences(profile: string, { proxy, userAgent }: BrowserOptions): Promise<void> {
  await forget(profile, USER_AGENT);
  const all = { ...QUIET, ...ofProxy(proxy), ...(userAgent === undefined ? {} : { [USER_AGENT]: userAgent }) };
  const lines = Object.entries(all).map(([name, value]) => `${opening(name)}, ${JSON.stringify(value)});\n`);
  await writeFile(join(profile, 'user.js'), lines.join(''), { mode: 0o600 });
}

const USER_AGENT = 'general.useragent.override';
const opening = (name: string) => `user_pref("${name}"`;

/**
 * Removes a preference of an earlier start from the profile. Firefox stores preferences in the profile, and no value of
 * this preference means "not set".
 */
async function forget(profile: string, name: string): Promise<void> {
  const file = join(profile, 'prefs.js');
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (!kept.includes(opening(name))) return;
  const lines = kept.split('\n').filter((line) => !line.startsWith(opening(name)));
  await writeFile(file, lines.join('\n'), { mode: 0o600 });
}

/** All preferences about the proxy. Every start writes all of them, so they replace those of an earlier start. */
function ofProxy(proxy: BrowserOptions['proxy']): Readonly<Record<string, string | number | boolean>> {
  const { protocol, hostname, port } = new URL(proxy?.server ?? 'http://none.invalid:1');
  const isSocks = protocol === 'socks5:';
  const [web, socks] = isSocks ? ['', hostname] : [hostname, ''];
  return {
    // 0: the proxies below are not used.
    'network.proxy.type': proxy === undefined ? 0 : 1,
    'network.proxy.http': web,
    'network.proxy.http_port': Number(port || 80),
    'network.proxy.ssl': web,
    'network.proxy.ssl_port': Number(port || 80),
    'network.proxy.socks': socks,
    'network.proxy.socks_port': Number(port || 1080),
    'network.proxy.socks_remote_dns': true,
  };
}

/**
 * Turns off what Firefox does by itself and a login does not need: traffic, prompts, reports. A Firefox under WebDriver
 * turns off more by itself.
 */
const QUIET = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.newtab.preload': false,
  'browser.newtabpage.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.blockedURIs.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.safebrowsing.provider.google.updateURL': '',
  'browser.safebrowsing.provider.google4.updateURL': '',
  'browser.safebrowsing.provider.google5.updateURL': '',
  'browser.safebrowsing.provider.mozilla.updateURL': '',
  'browser.search.update': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage': 'about:blank',
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.push.connection.enabled': false,
  // In kB. By itself Firefox erases a site whose data fill half of the disk, at its start and without an error.
  'dom.quotaManager.temporaryStorage.fixedLimit': 10_485_760,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.http.speculative-parallel-limit': 0,
  'network.prefetch-next': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'signon.autofillForms': false,
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': '',
  'toolkit.telemetry.unified': false,
};
