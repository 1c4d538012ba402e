import type { Facts } from '../facts.js';
import { objectOf, type PageWindow, textOf } from './page-window.js';

/** What the page announces about the link being gone: a hint, never a proof. */
export interface LogoutNotes {
  /** Present once the page said so, until a device that is registered disproves it. */
  read(isRegistered: boolean | undefined, isConnected: boolean): Facts['logout'];
  /** The page's own event; whatever came with it may be the reason. */
  note(values: readonly unknown[]): void;
}

/** After its event the page loads anew, and gives the reason in the address; past this it will not. */
const leaveMs = 1_500;
/** A page that is still registered and connected this long after it announced a logout has not logged out. */
const disproofMs = 10_000;

/**
 * Starts with what the document's address says: the page comes back from a logout with `post_logout=1` and takes it
 * away early in its boot, so this has to be read before any script of the page.
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

/** WhatsApp's reasons are words with underscores or small numbers; anything else is not one. */
function reasonOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  const text = textOf(value) ?? textOf(objectOf(value)?.reason);
  return text !== undefined && /^[a-z0-9_]{1,60}$/.test(text) ? text : undefined;
}
