import type { PageTroubles } from '../protocol.ts';
import type { PageContext } from './context.ts';
import { hangWhileTold } from './hang.ts';
import type { Models } from './models/models.ts';

/** Takes the new troubles over, and acts out those that have just been switched on. */
export function actOut({ troubles, line, models }: PageContext, now: PageTroubles): void {
  const before = troubles.now();
  troubles.change(now);
  if (now.zombie) line.drop();
  if (now.falseLogoutEvent && !before.falseLogoutEvent) fireLogoutEvents(models);
  if (now.falseLogoutAddress && !before.falseLogoutAddress) location.href = '/?post_logout=1';
  if (now.hang) hangWhileTold();
}

/** Fires the events by which the page tells its clients that it logs out. */
export function fireLogoutEvents({ cmd }: Models): void {
  cmd.trigger('logout');
  cmd.trigger('logout_from_bridge');
}
