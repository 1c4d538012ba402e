import type { Kept, PageContext } from './context.ts';
import { type LogoutReason, logoutReasons } from './models/states.ts';
import { eraseStorage } from './storage/erase.ts';

/** What the service wants the user of a locked account to read. */
export interface LogoutWords {
  readonly header: string;
  readonly subtext: string;
}

const longestEraseMs = 3_000;
const markers = ['post_logout', 'logout_reason', 'logout_message_header', 'logout_message_subtext'];

/**
 * Ends a login here: erases the storage, loads the page anew, and tells the page's listeners. The socket's state is
 * left alone, as on the real page, whose clients tell a logout from a lost pairing by that.
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
  // What is not erased in time, because another tab holds it, is erased at the next boot.
  await Promise.all([Promise.race([eraseStorage(), limit]), clock.pass(300)]);
  location.href = `${location.pathname}?${addressAfter(location.search, reason, words)}`;
  bridge.tell('logout');
}

/** The search part of the address after a logout: most reasons have no code, and most logouts have no reason. */
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

/** Takes the parameters of a logout out of the address, as the real page does at boot. */
export function tidyAddress(keep: boolean): void {
  if (keep || !location.search.includes('post_logout=')) return;
  history.replaceState(null, '', location.pathname);
}
