import { type PageObject, type PageWindow, textOf } from './page-window.js';

/** What the page says about the link being gone. */
export interface LogoutNotes {
  /** Present once it said so, until a device is registered anew in this document. */
  read(isRegistered: boolean | undefined): { readonly code?: string } | undefined;
  /** The page's own event; whatever came with it may be the reason. */
  note(values: readonly unknown[]): void;
}

/**
 * Starts with what the document's address says: the page comes back from a logout with `post_logout=1` and takes it
 * away early in its boot, so this has to be read before any script of the page.
 */
export function noteLogout(page: PageWindow): LogoutNotes {
  const address = new URLSearchParams(page.location.search);
  let note = address.get('post_logout') === '1' ? withCode(address.get('logout_reason')) : undefined;
  let wasUnregistered = note !== undefined;

  return {
    note(values) {
      note ??= withCode(values.map(reasonOf).find((reason) => reason !== undefined));
      wasUnregistered = false;
    },
    read(isRegistered) {
      if (isRegistered === false) wasUnregistered = true;
      if (isRegistered === true && wasUnregistered) note = undefined;
      return note;
    },
  };
}

function withCode(code: unknown): { readonly code?: string } {
  const text = reasonOf(code);
  return text === undefined ? {} : { code: text };
}

/** WhatsApp's reasons are words with underscores or small numbers; anything else is not one. */
function reasonOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  const text = textOf(value) ?? textOf((value as PageObject | undefined)?.['reason']);
  return text !== undefined && /^[a-z0-9_]{1,60}$/.test(text) ? text : undefined;
}
