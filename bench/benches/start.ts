import type { Bench } from '../bench.ts';
import type { Host } from '../following/hosts.ts';
import { openSides } from '../following/sides.ts';

/** What a start costs that goes on behind the last segment. */
export const bench: Bench = {
  what: 'a start from a kept profile until ready with `keep: "on"`, compared with `keep: "off"`',
  async open(megabytes) {
    const sides = await openSides(megabytes, { keep: 'off' });
    const round = async (host: Host): Promise<number> => {
      const took = await host.start();
      await host.stop();
      return took;
    };
    return { ours: () => round(sides.ours), theirs: () => round(sides.theirs), close: sides.close };
  },
};
