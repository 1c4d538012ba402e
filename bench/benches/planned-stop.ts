import type { Bench } from '../bench.ts';
import type { Host } from '../following/hosts.ts';
import { openSides } from '../following/sides.ts';

/** What a planned stop costs when the store already holds the profile up to the last second. */
export const bench: Bench = {
  what: 'a planned stop that keeps the last changes, compared with a stop of a session without a store',
  async open(megabytes) {
    const sides = await openSides(megabytes, { keep: 'off', hasStore: false });
    const round = async (host: Host): Promise<number> => {
      await host.start();
      return host.stop();
    };
    return { ours: () => round(sides.ours), theirs: () => round(sides.theirs), close: sides.close };
  },
};
