import type { CallOptions, Cookie } from '@wakey/core';
import type { Calls } from '@wakey/host';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../session.js';
import { invalidArgument } from './errors.js';

/** The cookie methods of a page. */
export interface CookieJar {
  cookies(url?: string, options?: CallOptions): Promise<readonly Cookie[]>;
  setCookies(cookies: readonly Cookie[], options?: CallOptions): Promise<void>;
  clearCookies(options?: CallOptions): Promise<void>;
}

/** Creates the cookie methods, which read and write the cookies of the whole profile in the contract's form. */
export function openCookieJar(session: Session, calls: Calls): CookieJar {
  return {
    async cookies(url, options = {}) {
      if (url !== undefined && !URL.canParse(url)) {
        throw invalidArgument('The address for reading cookies is not a URL.', 'Give an absolute URL, or none.');
      }
      return calls.run('Reading the cookies', { timeout: TIMEOUT, ...options }, async () => {
        const { cookies } =
          url === undefined
            ? await session.send('Storage.getCookies', {})
            : await session.send('Network.getCookies', { urls: [url] });
        return cookies.map(fromProtocol);
      });
    },
    async setCookies(cookies, options = {}) {
      await calls.run('Setting cookies', { timeout: TIMEOUT, ...options }, async () => {
        try {
          await session.send('Storage.setCookies', { cookies: cookies.map(toProtocol) });
        } catch (error) {
          if (!(error instanceof Error) || !/Invalid (cookie|parameters)|Sanitizing/i.test(error.message)) throw error;
          throw invalidArgument(
            'The browser refuses one of the cookies.',
            'Check name, domain, path and "secure".',
            error,
          );
        }
      });
    },
    async clearCookies(options = {}) {
      await calls.run('Clearing the cookies', { timeout: TIMEOUT, ...options }, () =>
        session.send('Storage.clearCookies', {}),
      );
    },
  };
}

const TIMEOUT = 30_000;
const FROM_SITE = { Strict: 'strict', Lax: 'lax', None: 'none' } as const;
const TO_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

function fromProtocol(cookie: Protocol.Network.Cookie): Cookie {
  const { name, value, path, httpOnly, secure, sameSite, session, expires } = cookie;
  return {
    name,
    value,
    domain: cookie.domain.replace(/^\./, ''),
    hostOnly: !cookie.domain.startsWith('.'),
    path,
    ...(session || expires < 0 ? {} : { expires }),
    httpOnly,
    secure,
    ...(sameSite === undefined ? {} : { sameSite: FROM_SITE[sameSite] }),
  };
}

/**
 * A cookie for one host only is set by a URL of that host; a cookie with a domain is also for the hosts below that
 * domain.
 */
function toProtocol({ name, value, domain, hostOnly, path, expires, httpOnly, secure, sameSite }: Cookie) {
  const place = hostOnly ? { url: `http${secure ? 's' : ''}://${domain}${path}` } : { domain: `.${domain}` };
  return {
    name,
    value,
    ...place,
    path,
    httpOnly,
    secure,
    ...(expires === undefined ? {} : { expires }),
    ...(sameSite === undefined ? {} : { sameSite: TO_SITE[sameSite] }),
  };
}
