import type { Cookie, PageHandle } from '@wakey/core';
import type { Calls } from '@wakey/host';
import { type Bidi, BidiError } from './bidi.ts';
import { invalidArgument } from './invalid-argument.ts';

/** Reads and sets the cookies of the whole profile, in the form of Wakey's contract. */
export function openCookies({ send }: Bidi, calls: Calls): Pick<PageHandle, 'cookies' | 'setCookies' | 'clearCookies'> {
  return {
    async cookies(url, options = {}) {
      if (url !== undefined && !URL.canParse(url)) {
        throw invalidArgument(
          'The address whose cookies to read is not a URL.',
          'Give an absolute URL, or none to read all cookies.',
        );
      }
      return calls.run('Reading the cookies', options, async () => {
        const { cookies } = await send<{ readonly cookies: readonly BidiCookie[] }>('storage.getCookies', {});
        return cookies.map(fromProtocol).filter((cookie) => url === undefined || isFor(cookie, new URL(url)));
      });
    },
    setCookies: (cookies, options = {}) =>
      calls.run('Setting cookies', options, async () => {
        try {
          for (const cookie of cookies) await send('storage.setCookie', { cookie: toProtocol(cookie) });
        } catch (error) {
          if (!(error instanceof BidiError)) throw error;
          throw invalidArgument('Firefox refused one of the cookies.', 'Check its name, domain, path and "secure".');
        }
      }),
    clearCookies: (options = {}) =>
      calls.run('Clearing the cookies', options, async () => {
        await send('storage.deleteCookies', {});
      }),
  };
}

interface BidiCookie {
  readonly name: string;
  readonly value: { readonly type: 'string' | 'base64'; readonly value: string };
  readonly domain: string;
  readonly path: string;
  readonly expiry?: number;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none' | 'default';
}

function fromProtocol({ name, value, domain, path, expiry, httpOnly, secure, sameSite }: BidiCookie): Cookie {
  return {
    name,
    value: value.type === 'base64' ? Buffer.from(value.value, 'base64').toString() : value.value,
    domain: domain.replace(/^\./, ''),
    hostOnly: !domain.startsWith('.'),
    path,
    ...(expiry === undefined ? {} : { expires: expiry }),
    httpOnly,
    secure,
    ...(sameSite === 'default' ? {} : { sameSite }),
  };
}

function toProtocol({ value, domain, hostOnly, expires, sameSite = 'default' as never, ...same }: Cookie): object {
  return {
    ...same,
    value: { type: 'string', value },
    domain: hostOnly ? domain : `.${domain}`,
    ...(expires === undefined ? {} : { expiry: Math.floor(expires) }),
    sameSite,
  };
}

/** Whether a request for the address would carry the cookie, by the rules of RFC 6265, section 5.4. */
function isFor({ domain, hostOnly, path, secure }: Cookie, { hostname, pathname, protocol }: URL): boolean {
  const isHost = hostname === domain || (!hostOnly && hostname.endsWith(`.${domain}`));
  const isBelow = pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
  return isHost && isBelow && (!secure || protocol === 'https:');
}
