import { fireLogoutEvents } from './act-out.ts';
import type { Kept, PageContext } from './context.ts';
import { eraseStorage } from './storage/erase.ts';

const longestEraseMs = 3_000;

/**
 * Ends a login here: tells the page's listeners, erases the storage and loads the page anew. The socket's state is
 * left alone, as on the real page, whose clients tell a logout from a lost pairing by that.
 */
export async function leavePage({ models, clock }: PageContext, { prefs }: Kept, code: string): Promise<void> {
  const { bus, socket } = models;
  bus.trigger('starting_logout');
  fireLogoutEvents(models);
  socket.unset('hasSynced');
  prefs.forget();
  const limit = new Promise((resolve) => setTimeout(resolve, longestEraseMs));
  // What is not erased in time, because another tab holds it, is erased at the next boot.
  await Promise.all([Promise.race([eraseStorage(), limit]), clock.pass(300)]);
  location.href = `/?post_logout=1&logout_reason=${code}`;
  bus.trigger('logout');
}

/** Takes the parameters of a logout out of the address, as the real page does at boot. */
export function tidyAddress(keep: boolean): void {
  if (keep || !location.search.includes('post_logout=')) return;
  history.replaceState(null, '', location.pathname);
}
