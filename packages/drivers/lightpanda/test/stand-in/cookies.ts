import type { ConnectionPage } from './connection-page.ts';
import type { Answer, Params } from './replies.ts';
import { Refusal } from './upstream.ts';
import { isSince, type Version } from './versions.ts';

/** The answers of Lightpanda to the commands about cookies. */
export function cookieReplies(version: Version, page: ConnectionPage): Readonly<Record<string, Answer>> {
  const isLate = isSince(version, '1.0.2');
  /** Cookies that Chromium does not take, and that a version before 1.0.1 stores. */
  const odd = new Map<unknown, Params>();
  const setCookies: Answer = async ({ cookies }, sessionId) => {
    if (!Array.isArray(cookies)) throw new Refusal(-31998, 'InvalidParams');
    for (const cookie of cookies as readonly Params[]) {
      const stored = keptFields(cookie, isLate);
      if (stored === undefined) continue;
      if (isOdd(stored) && isLate) throw new Refusal(-32602, 'Invalid cookie fields');
      if (isOdd(stored)) odd.set(stored.name, oddCookie(shown(stored, version), stored.url));
      else await page.pass('Storage.setCookies', { cookies: [stored] }, sessionId).catch(invalidParams);
    }
    return { result: {} };
  };
  const getCookies =
    (method: string): Answer =>
    async (params, sessionId) => {
      const { cookies } = await page.pass(method, params, sessionId);
      return {
        result: { cookies: [...(cookies as Params[]).map((cookie) => shown(cookie, version)), ...odd.values()] },
      };
    };
  const clear =
    (method: string): Answer =>
    async (params, sessionId) => {
      odd.clear();
      return { result: await page.pass(method, params, sessionId) };
    };
  return {
    'Storage.clearCookies': clear('Storage.clearCookies'),
    'Network.clearBrowserCookies': clear('Network.clearBrowserCookies'),
    'Storage.setCookies': setCookies,
    'Network.setCookies': setCookies,
    'Network.setCookie': async (cookie, sessionId) => {
      await setCookies({ cookies: [cookie] }, sessionId);
      return { result: { success: true } };
    },
    'Storage.getCookies': getCookies('Storage.getCookies'),
    'Network.getCookies': getCookies('Network.getCookies'),
  };
}

/** The cookie without the fields that Lightpanda ignores; undefined if it drops the cookie in silence. */
function keptFields(cookie: Params, isLate: boolean): Params | undefined {
  const { priority = 'Medium', sameParty, sourceScheme, partitionKey: _, ...rest } = cookie;
  if (!isLate && (priority !== 'Medium' || sameParty !== undefined || sourceScheme !== undefined)) {
    throw new Refusal(-31998, 'NotImplemented');
  }
  if (rest.expires !== -1) return rest;
  const { expires: __, ...session } = rest;
  return isLate ? session : undefined;
}

function oddCookie(cookie: Params, url: unknown): Params {
  return { ...cookie, domain: cookie.domain ?? new URL(String(url)).hostname, session: cookie.expires === undefined };
}

function isOdd({ name }: Params): boolean {
  return /[;=\n]/.test(String(name));
}

function shown(cookie: Params, version: Version): Params {
  const { name, value, domain, path, expires, size, httpOnly, secure, session, sameSite } = cookie;
  const added = isSince(version, '1.0.0') ? sameSite : (sameSite ?? 'None');
  return { name, value, domain, path, expires, size, httpOnly, secure, session, sameSite: added };
}

function invalidParams(error: unknown): never {
  throw error instanceof Refusal ? new Refusal(-32602, 'Invalid cookie fields') : error;
}
