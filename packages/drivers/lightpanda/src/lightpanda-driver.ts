import { chromiumDriver } from '@wakey/chromium';
import {
  type BrowserDriver,
  type BrowserHandle,
  type BrowserOptions,
  type CapabilityName,
  type DriverCapabilities,
  type LaunchOptions,
  type PageHandle,
  secret,
  WakeyError,
} from '@wakey/core';
import { lightpandaCapabilities, type PatchName } from './capabilities.js';
import { type LightpandaPage, openConnection } from './connection.js';
import { resolveEndpoint } from './endpoint.js';
import { launch } from './launch.js';
import { snapshots } from './snapshot.js';

/** The options of every driver, and what is known of a build of one's own. */
export interface LightpandaOptions extends BrowserOptions {
  /** What the binary can do that stock Lightpanda cannot. @default [] */
  readonly patched?: readonly PatchName[];
}

/**
 * Drives Lightpanda by its own protocol, one process for each browser. `native` sends commands of that protocol.
 *
 * It keeps nothing once it is closed. An attached one is somebody else's: no process id, no say in its command line
 * (`executable`, `args`, `env`, `ignoreCertificateErrors` do nothing), and `close()` leaves it running.
 */
export function lightpandaDriver(options: LightpandaOptions = {}): BrowserDriver<LightpandaPage> {
  const { patched = [], ...browser } = options;
  const capabilities = lightpandaCapabilities(patched);
  // Its page keeps the promises of a page of Chromium, which are kept by the part of the protocol that both of them have.
  const { attach } = chromiumDriver<LightpandaPage>(
    {
      name: 'lightpanda',
      connectPipe: () => Promise.reject(new Error('Lightpanda has no debugging pipe')),
      connectTo: async (address) => openConnection(await resolveEndpoint(address), browser.proxy),
    },
    // Nothing of Chromium's disguise: a user agent that it would put on is not taken.
    { headless: false },
  );
  const take = async (...[endpoint, call]: Parameters<NonNullable<typeof attach>>) => {
    if (attach === undefined) throw new Error('the driver of Chromium cannot attach');
    const handle = await attach(endpoint, call);
    return { ...handle, page: completed(handle.page, capabilities) };
  };
  return {
    name: 'lightpanda',
    capabilities,
    async launch(wanted) {
      refuse(capabilities, browser, wanted);
      return launch(browser, wanted, (endpoint, signal) =>
        // The deadline is that of the launch.
        take(secret(endpoint), { timeout: Number.POSITIVE_INFINITY, signal }),
      );
    },
    async attach(endpoint, call) {
      refuse(capabilities, browser, {});
      return take(endpoint, call);
    },
  };
}

/** Refuses what Lightpanda would do otherwise than it was asked, before anything is started. */
function refuse(capabilities: DriverCapabilities, options: BrowserOptions, { profile }: LaunchOptions): void {
  const { userAgent, proxy, headless = true } = options;
  if (profile !== undefined) throw unsupported(capabilities, 'persistentProfile');
  if (userAgent !== undefined) throw unsupported(capabilities, 'userAgentOverride');
  if (proxy?.username !== undefined) throw unsupported(capabilities, 'proxyAuth');
  if (!headless) throw invalid('Lightpanda has no window to show.', 'Leave "headless" on.');
  if (proxy === undefined) return;
  const server = URL.parse(proxy.server);
  if (server === null || !/^https?:$/.test(server.protocol) || server.username !== '' || server.password !== '') {
    throw invalid('The proxy is not of the form http://host:port.', 'Correct "proxy.server".');
  }
}

/** The page as Lightpanda has it: no pictures, but snapshots. */
function completed(
  page: BrowserHandle<LightpandaPage>['page'],
  capabilities: DriverCapabilities,
): PageHandle<LightpandaPage> {
  const screenshot = () => Promise.reject(unsupported(capabilities, 'screenshot'));
  return { ...page, ...snapshots(page), screenshot };
}

function unsupported(capabilities: DriverCapabilities, name: CapabilityName): WakeyError {
  const capability = capabilities[name];
  const what = capability.supported ? `Lightpanda lacks ${name}.` : capability.reason;
  return new WakeyError('unsupported', { what, hint: 'Leave it out, or use a driver that has it.', details: { name } });
}

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
