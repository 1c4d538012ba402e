import type { Answer, RawSession } from './session.js';

/** A session whose commands about cookies do the same on every version. */
export function withCookieChecks(session: RawSession): RawSession {
  const send = async (method: string, params: object = {}) => {
    if (method === 'Storage.setCookies' && 'cookies' in params) checkCookies(params.cookies);
    const answer = await session.send(method, params);
    return /^(Storage|Network)\.getCookies$/.test(method) ? withoutAddedSameSite(answer) : answer;
  };
  return { ...session, send, ask: async (...call) => (await send(...call)) as Answer };
}

/**
 * Throws for a cookie that no browser accepts. Lightpanda before 1.0.1 stores such a cookie, and then sends a header
 * that servers read as two cookies.
 */
function checkCookies(cookies: unknown): void {
  if (!Array.isArray(cookies)) return;
  for (const cookie of cookies as readonly CookieFields[]) {
    const { name = '', value = '', domain, path = '/', secure = false } = cookie;
    const isSound =
      !NOT_IN_NAME.test(name) &&
      !NOT_IN_VALUE.test(value) &&
      `${name}${value}` !== '' &&
      (!/^__Secure-/i.test(name) || secure) &&
      (!/^__Host-/i.test(name) || (secure && domain === undefined && path === '/'));
    if (!isSound) throw new Error('Invalid cookie fields');
  }
}

/** Removes what Lightpanda 0.4 adds: `sameSite: 'None'` where a cookie has none. A cookie with "None" must be secure. */
function withoutAddedSameSite(answer: unknown): unknown {
  const { cookies } = answer as { readonly cookies?: readonly CookieFields[] };
  if (!Array.isArray(cookies)) return answer;
  return {
    cookies: cookies.map((cookie: CookieFields) => (isAdded(cookie) ? { ...cookie, sameSite: undefined } : cookie)),
  };
}

function isAdded({ sameSite, secure = false }: CookieFields): boolean {
  return sameSite === 'None' && !secure;
}

interface CookieFields {
  readonly name?: string;
  readonly value?: string;
  readonly domain?: string;
  readonly path?: string;
  readonly secure?: boolean;
  readonly sameSite?: string | undefined;
}

/** Control characters of ASCII, and what ends a name in a header. */
const NOT_IN_NAME = /[[\p{Cc}&&\p{ASCII}];=]/v;
/** A value may contain a tab. */
const NOT_IN_VALUE = /[[[\p{Cc}&&\p{ASCII}]--\t];]/v;
