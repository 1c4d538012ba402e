import type { BrowserVersion } from '@wakey/core';
import { isLine, isObject, isTime } from '@wakey/host';

/** The facts of a login. They stand in the session's record and in each of its backups. Times are in ms since 1970. */
export interface LoginFacts {
  /** The name of the driver that last ran the profile. */
  readonly driver: string;
  /** The browser that last wrote the profile: an older browser must not open it. */
  readonly browser: BrowserVersion;
  /** The format of the profile, by the name of its `ProfileFormat`; absent where an older Wakey wrote it: `chromium`. */
  readonly profileFormat?: string;
  /** The account's own id, if it is known. */
  readonly me?: string;
  /** When the session was linked. */
  readonly linkedAt?: number;
  /** Scheme, host and port of the page that the login belongs to; absent if the page adapter names none. */
  readonly origin?: string;
}

/**
 * The check of each fact, where it is present. The manifest of a bundle and the record of a session take their checks from
 * here, and `loginFactsOf` the list of facts. A fact that is added to the type and not here does not compile.
 */
export const loginChecks: { readonly [Fact in keyof Required<LoginFacts>]: (value: unknown) => boolean } = {
  driver: isLine,
  browser: (value) => isObject(value) && isLine(value.product) && isLine(value.version),
  profileFormat: isLine,
  me: isLine,
  linkedAt: isTime,
  origin: isLine,
};

/** The facts of a login that a record or a manifest has, without its other fields and without absent facts. */
export function loginFactsOf(
  from: {
    readonly [Fact in keyof LoginFacts]?: LoginFacts[Fact] | undefined;
  },
): Partial<LoginFacts> {
  const known = Object.entries(from).filter(([name, value]) => Object.hasOwn(loginChecks, name) && value !== undefined);
  return Object.fromEntries(known);
}
