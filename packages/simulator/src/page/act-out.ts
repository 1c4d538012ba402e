import type { PageTroubles } from '../protocol.ts';
import type { PageContext } from './context.ts';
import { hangWhileTold } from './hang.ts';

/** Stores the new troubles, and acts out those that have just been switched on. */
export function actOut({ troubles, line, bridge }: PageContext, now: PageTroubles): void {
  const before = troubles.now();
  troubles.change(now);
  if (now.zombie) line.drop();
  if (now.falseLogoutEvent && !before.falseLogoutEvent) bridge.tell('logout');
  if (now.falseLogoutAddress && !before.falseLogoutAddress) location.href = '/?post_logout=1';
  if (now.hang) hangWhileTold();
}
