import { reapLeftovers } from '@wakey/browser-process';
import { chromiumDriver } from '@wakey/chromium';
import {
  type BrowserDriver,
  type BrowserOptions,
  type CallOptions,
  type CapabilityName,
  type Cookie,
  type PageHandle,
  type Secret,
  secret,
  WakeyError,
} from '@wakey/core';
import { largestMessage } from './arguments.js';
import { capabilities } from './capabilities.js';
import { type ConnectionOptions, type LightpandaPage, openConnection } from './connection.js';
import { resolveEndpoint } from './endpoint.js';
import { type CookieWatch, watchCookies } from './journal/keep-cookies.js';
import { lightpandaProfile } from './journal/profile-format.js';
import { launch, type Take } from './launch.js';
import { snapshots } from './snapshot.js';

/**
 * Drives Lightpanda by its own protocol, one process for each browser. `native` sends commands of that protocol.
 *
 * Lightpanda itself keeps no data after it is closed. With a profile the driver records all that pages store in a journal in the
 * profile, and puts it back at the next launch. An attached Lightpanda belongs to somebody else: its handle has no
 * process id, the options for its command line do nothing (`executable`, `args`, `env`, `ignoreCertificateErrors`), and
 * `close()` leaves it running.
 */
export function lightpandaDriver(options: BrowserOptions = {}): BrowserDriver<LightpandaPage> {
  /** A driver of Chromium's that connects to one browser: its page uses only commands that Lightpanda has too. */
  const connector = (kept: Pick<ConnectionOptions, 'journal' | 'onCookie'>) =>
    chromiumDriver<LightpandaPage>(
      {
        name: 'lightpanda',
        connectPipe: () => Promise.reject(new Error('Lightpanda has no debugging pipe')),
        connectTo: async (address) =>
          openConnection(await resolveEndpoint(address), { ...kept, largest: largestMessage(options) }),
      },
      // With `headless: true` the Chromium driver would change the user agent, which Lightpanda refuses.
      { headless: false },
    );
  const attach = async (
    endpoint: Secret,
    call: CallOptions | undefined,
    kept: Pick<ConnectionOptions, 'journal' | 'onCookie'>,
  ) => {
    const driver = connector(kept);
    if (driver.attach === undefined) throw new Error('the driver of Chromium cannot attach');
    const handle = await driver.attach(endpoint, call);
    return { ...handle, page: completed(handle.page) };
  };
  const take: Take = async (endpoint, signal, journal) => {
    let watch: CookieWatch | undefined;
    const onCookie = () => watch?.mayHaveChanged();
    // The launch has its own deadline.
    const call = { timeout: Number.POSITIVE_INFINITY, signal };
    const handle = await attach(secret(endpoint), call, { journal, onCookie });
    if (journal === undefined) return { handle, settle: async () => undefined };
    const { page } = handle;
    if (journal.cookies.length > 0) await page.setCookies(journal.cookies, call);
    const record = (cookies: readonly Cookie[]) => journal.writer.append(JSON.stringify({ cookies }));
    watch = watchCookies(journal.cookies, () => page.cookies(), record);
    const { look } = watch;
    const settle = async () => {
      await look();
      await journal.writer.flush();
    };
    return { handle: { ...handle, page: withCookieWatch(page, watch) }, settle };
  };
  return {
    name: 'lightpanda',
    capabilities,
    profileFormat: lightpandaProfile,
    renewAt: RENEW_AT,
    async launch(wanted) {
      refuse(options);
      return launch(options, wanted, take);
    },
    reap: (profile) => reapLeftovers(profile, { temporary: options.env?.TMPDIR }),
    async attach(endpoint, call) {
      refuse(options);
      if (options.proxy !== undefined) {
        throw new WakeyError('unsupported', {
          what: 'A Lightpanda takes a proxy only at its start, and another program started this one.',
          hint: 'Start it with "--http-proxy socks5h://host:port", and leave "proxy" out.',
        });
      }
      return attach(endpoint, call, {});
    },
  };
}

/**
 * An element that a page removed stays in Lightpanda's memory until the next navigation: 300 to 400 bytes each in 1.0.2, more in
 * earlier versions.
 */
const RENEW_AT = 3;

/** Throws, before anything starts, for an option that Lightpanda cannot honour. */
function refuse({ userAgent, proxy, headless = true }: BrowserOptions): void {
  if (userAgent !== undefined) throw unsupported('userAgentOverride');
  if (proxy?.username !== undefined) throw unsupported('proxyAuth');
  if (!headless) throw invalid('Lightpanda has no window.', 'Leave "headless" on.');
  if (proxy === undefined) return;
  const server = URL.parse(proxy.server);
  const { protocol, href = '', port } = server ?? {};
  // An HTTP proxy on its usual port has none in its address.
  const isSocks = protocol === 'socks5:' && port !== '' && /^socks5:\/\/[^/?#@]+\/?$/.test(href);
  if (!isSocks && !/^https?:\/\/[^/?#@]+\/?$/.test(href)) {
    throw invalid('The proxy is not of the form socks5://host:port.', 'Correct "proxy.server".');
  }
  if (protocol === 'socks5:') return;
  throw new WakeyError('unsupported', {
    what: 'Lightpanda sends the WebSockets of a page past an HTTP proxy.',
    hint: 'Use a proxy of the form socks5://host:port, or another driver.',
  });
}

/** A page of the Chromium driver with Lightpanda's differences: no screenshots, and snapshots in addition. */
function completed(page: PageHandle<LightpandaPage>): PageHandle<LightpandaPage> {
  return { ...page, ...snapshots(page), screenshot: () => Promise.reject(unsupported('screenshot')) };
}

/** Records the cookies that the caller changes. */
function withCookieWatch(page: PageHandle<LightpandaPage>, { look }: CookieWatch): PageHandle<LightpandaPage> {
  return {
    ...page,
    async setCookies(...call) {
      await page.setCookies(...call);
      await look();
    },
    async clearCookies(...call) {
      await page.clearCookies(...call);
      await look();
    },
  };
}

function unsupported(name: CapabilityName): WakeyError {
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
