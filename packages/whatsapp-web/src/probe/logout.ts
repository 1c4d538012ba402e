import type { Facts } from '../facts.js';
import { objectOf, type PageWindow, textOf } from './page-window.js';

/** What the page announces about a logout: a hint, never a proof. */
export interface LogoutNotes {
  /** Present after the page announced a logout, until a registered device disproves it. */
  read(isRegistered: boolean | undefined, isConnected: boolean): Facts['logout'];
  /** Handles the page's event; one of its values may be the reason. */
  note(values: readonly unknown[]): void;
}

/** After its event the page reloads and states the reason in its address. Past this time no reason comes. */
const leaveMs = 1_500;
/** A page that is still registered and connected this long after it announced a logout has not logged out. */
const disproofMs = 10_000;

/**
 * Reads the document's address at once: after a logout the page reloads with `post_logout=1` and removes the parameter
 * early in its boot, so the probe must read it before any script of the page.
 */
export function noteLogout(page: PageWindow): LogoutNotes {
  const address = new URLSearchParams(page.location.search);
  let isNoted = address.get('post_logout') === '1';
  let code = isNoted ? reasonOf(address.get('logout_reason')) : undefined;
  let notedAt = performance.now();
  let isEvent = false;
  let wasUnregistered = isNoted;

  return {
    note(values) {
      if (isNoted) return;
      isNoted = true;
      isEvent = true;
      code = values.map(reasonOf).find((reason) => reason !== undefined);
      notedAt = performance.now();
      wasUnregistered = false;
    },
    read(isRegistered, isConnected) {
      if (isRegistered === false) wasUnregistered = true;
      const age = performance.now() - notedAt;
      const isDisproved = isRegistered === true && (wasUnregistered || (isConnected && age >= disproofMs));
      if (isDisproved) isNoted = false;
      if (!isNoted) return undefined;
      const isAwaited = isEvent && code === undefined && age < leaveMs;
      return { ...(code === undefined ? {} : { code }), isAwaited };
    },
  };
}

/** WhatsApp's reasons are words with underscores or small numbers; other values are no reason. */
function reasonOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  const text = textOf(value) ?? textOf(objectOf(value)?.reason);
  return text !== undefined && /^[a-z0-9_]{1,60}$/.test(text) ? text : undefined;
}
