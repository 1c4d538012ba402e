import { type Cookie, isWakeyError, type Json, type PageHandle, type Secret, secret, WakeyError } from '@wakey/core';
import { isObject, parsedJson } from '@wakey/host';
import { putBack } from './in-page/put-back.js';
import { take } from './in-page/take.js';

/** `snapshot` and `restore` of a page, built on calls that every page has. */
export function snapshots(page: PageHandle): Required<Pick<PageHandle, 'snapshot' | 'restore'>> {
  return {
    async snapshot(options = {}) {
      const origin = originOf(page);
      const cookies = (await page.cookies(undefined, options)).filter((cookie) => isOf(cookie, origin));
      try {
        const kept = await page.evaluate(take, null, options);
        return secret(JSON.stringify({ form: FORM, origin, cookies, kept }));
      } catch (error) {
        const message = isWakeyError(error, 'evaluate-failed') ? String(error.details.message ?? '') : '';
        if (!message.includes('no snapshot can carry')) throw error;
        throw new WakeyError('value-not-json', {
          what: `The page stores a value that no snapshot can carry: ${message.replace(/^\w+: /, '')}.`,
          hint: 'Pass "profile" to launch(): the profile contains such values.',
          cause: error,
        });
      }
    },
    async restore(snapshot, options = {}) {
      const { origin, cookies, kept } = parse(snapshot);
      if (origin !== originOf(page)) {
        throw invalid(
          'The snapshot belongs to another site than the present document.',
          "Go to the snapshot's site first.",
        );
      }
      await page.evaluate(putBack, kept, options);
      // The contract has no call that removes one cookie.
      const others = (await page.cookies(undefined, options)).filter((cookie) => !isOf(cookie, origin));
      await page.clearCookies(options);
      await page.setCookies([...others, ...cookies], options);
    },
  };
}

const FORM = 'wakey-lightpanda-1';

interface Snapshot {
  readonly origin: string;
  readonly cookies: readonly Cookie[];
  readonly kept: Json;
}

function originOf(page: PageHandle): string {
  const { origin } = new URL(page.url());
  if (origin === 'null')
    throw invalid('The present document belongs to no site, so it stores nothing.', 'Go to a site first.');
  return origin;
}

/** Whether a cookie belongs to a site, also if its path keeps it from the present document. */
function isOf({ domain, hostOnly }: Cookie, origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === domain || (!hostOnly && hostname.endsWith(`.${domain}`));
}

function parse(snapshot: Secret): Snapshot {
  const given = parsedJson(snapshot.reveal());
  if (isObject(given) && given.form === FORM && Array.isArray(given.cookies) && isObject(given.kept)) {
    const { localStorage, databases } = given.kept;
    // `snapshot` writes only this shape under this form.
    if (Array.isArray(localStorage) && Array.isArray(databases)) return given as unknown as Snapshot;
  }
  throw invalid('This is not a snapshot of this driver.', 'Pass the value that "snapshot" returned, unchanged.');
}

function invalid(what: string, hint: string): WakeyError {
  return new WakeyError('invalid-argument', { what, hint });
}
