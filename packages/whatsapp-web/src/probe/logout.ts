import type { Facts } from '../facts.js';
import { objectOf, type PageWindow, textOf } from './page-window.js';

/** What the page says about the link being gone. */
export interface LogoutNotes {
  /** Present once it said so, until a device is registered anew in this document. */
  read(isRegistered: boolean | undefined): Facts['logout'];
  /** The page's own event; whatever came with it may be the reason. */
  note(values: readonly unknown[]): void;
}

/** After its event the page loads anew, and gives the reason in the address; past this it will not. */
const leaveMs = 1_500;

/**
 * Starts with what the document's address says: the page comes back from a logout with `post_logout=1` and takes it
 * away early in its boot, so this has to be read before any script of the page.
 */
export function noteLogout(page: PageWindow): LogoutNotes {
  const address = new URLSearchParams(page.location.search);
  let isNoted = address.get('post_logout') === '1';
  let code = isNoted ? reasonOf(address.get('logout_reason')) : undefined;
  let isAwaitedUntil = 0;
  let wasUnregistered = isNoted;

  return {
    note(values) {
      if (isNoted) return;
      isNoted = true;
      code = values.map(reasonOf).find((reason) => reason !== undefined);
      isAwaitedUntil = performance.now() + leaveMs;
      wasUnregistered = false;
    },
    read(isRegistered) {
      if (isRegistered === false) wasUnregistered = true;
      if (isRegistered === true && wasUnregistered) isNoted = false;
      if (!isNoted) return undefined;
      const isAwaited = code === undefined && performance.now() < isAwaitedUntil;
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
