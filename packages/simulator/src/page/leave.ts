import type { Kept, PageContext } from './context.ts';
import { type LogoutReason, logoutReasons } from './models/states.ts';
import { eraseStorage } from './storage/erase.ts';

/** The text that the service shows to the user of a locked account. */
export interface LogoutWords {
  readonly header: string;
  readonly subtext: string;
}

const longestEraseMs = 3_000;
const markers = ['post_logout', 'logout_reason', 'logout_message_header', 'logout_message_subtext'];

/**
 * Ends the login of this page: erases the storage, reloads the page, and fires the logout event. It leaves the socket's
 * state alone, as the real page does: clients use that state to distinguish a logout from a lost pairing.
 */
export async function leavePage(
  { models, clock, bridge }: PageContext,
  { prefs }: Kept,
  reason?: LogoutReason,
  words?: LogoutWords,
): Promise<void> {
  models.socket.unset('hasSynced');
  prefs.forget();
  const limit = new Promise((resolve) => setTimeout(resolve, longestEraseMs));
  // If another tab holds a database and the erasure takes too long, the next boot finishes it.
  await Promise.all([Promise.race([eraseStorage(), limit]), clock.pass(300)]);
  location.href = `${location.pathname}?${addressAfter(location.search, reason, words)}`;
  bridge.tell('logout');
}

/** Returns the query of the address after a logout. Most reasons have no code, and most logouts have no reason. */
function addressAfter(search: string, reason?: LogoutReason, words?: LogoutWords): string {
  const address = new URLSearchParams(search);
  for (const marker of markers) address.delete(marker);
  address.set('post_logout', '1');
  const code = reason === undefined ? null : logoutReasons[reason];
  if (code !== null) address.set('logout_reason', code);
  if (words !== undefined) {
    address.set('logout_message_header', words.header);
    address.set('logout_message_subtext', words.subtext);
  }
  return address.toString();
}

/** Removes the parameters of a logout from the address, as the real page does at boot. */
export function tidyAddress(keep: boolean): void {
  if (keep || !location.search.includes('post_logout=')) return;
  history.replaceState(null, '', location.pathname);
}
