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
import { largestMessage } from './arguments.js';
import { lightpandaCapabilities, type PatchName } from './capabilities.js';
import { type LightpandaPage, openConnection } from './connection.js';
import { resolveEndpoint } from './endpoint.js';
import { launch } from './launch.js';
import { snapshots } from './snapshot.js';

/** The options of every driver, and the capabilities that your own build of Lightpanda adds. */
export interface LightpandaOptions extends BrowserOptions {
  /** The capabilities that the binary has and stock Lightpanda lacks. @default [] */
  readonly patched?: readonly PatchName[];
}

/**
 * Drives Lightpanda by its own protocol, one process for each browser. `native` sends commands of that protocol.
 *
 * Lightpanda keeps no data after it is closed. An attached Lightpanda belongs to somebody else: its handle has no
 * process id, the options for its command line do nothing (`executable`, `args`, `env`, `ignoreCertificateErrors`), and
 * `close()` leaves it running.
 */
export function lightpandaDriver(options: LightpandaOptions = {}): BrowserDriver<LightpandaPage> {
  const { patched = [], ...browser } = options;
  const capabilities = lightpandaCapabilities(patched);
  // The page of the Chromium driver uses only commands that Lightpanda has too, so it works here.
  const { attach } = chromiumDriver<LightpandaPage>(
    {
      name: 'lightpanda',
      connectPipe: () => Promise.reject(new Error('Lightpanda has no debugging pipe')),
      connectTo: async (address) =>
        openConnection(await resolveEndpoint(address), { proxy: browser.proxy, largest: largestMessage(browser) }),
    },
    // With `headless: true` the Chromium driver would change the user agent, which Lightpanda refuses.
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
        // The launch has its own deadline.
        take(secret(endpoint), { timeout: Number.POSITIVE_INFINITY, signal }),
      );
    },
    async attach(endpoint, call) {
      refuse(capabilities, browser, {});
      return take(endpoint, call);
    },
  };
}

/** Throws, before anything starts, for an option that Lightpanda cannot honour. */
function refuse(capabilities: DriverCapabilities, options: BrowserOptions, { profile }: LaunchOptions): void {
  const { userAgent, proxy, headless = true } = options;
  if (profile !== undefined) throw unsupported(capabilities, 'persistentProfile');
  if (userAgent !== undefined) throw unsupported(capabilities, 'userAgentOverride');
  if (proxy?.username !== undefined) throw unsupported(capabilities, 'proxyAuth');
  if (!headless) throw invalid('Lightpanda has no window.', 'Leave "headless" on.');
  if (proxy === undefined) return;
  const server = URL.parse(proxy.server);
  if (server === null || !/^https?:$/.test(server.protocol) || server.username !== '' || server.password !== '') {
    throw invalid('The proxy is not of the form http://host:port.', 'Correct "proxy.server".');
  }
}

/** A page of the Chromium driver with Lightpanda's differences: no screenshots, and snapshots in addition. */
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
  return new WakeyError('unsupported', {
    what,
    hint: 'Leave this option or call out, or use another driver.',
    details: { name },
  });
}

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
