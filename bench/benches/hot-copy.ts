import { cp } from 'node:fs/promises';
import { chromiumProfile } from '@wakey/chromium';
import { systemClock } from '@wakey/host';
import type { Bench } from '../bench.ts';
import { makeFolder, profileOf, remove } from '../profile.ts';

/** The cost of a consistent copy, against a copy that may be a mixture of moments. */
export const bench: Bench = {
  what: 'a consistent copy of a profile that nothing writes meanwhile, compared with a plain recursive copy',
  async open(megabytes) {
    const profile = await profileOf(megabytes);
    return {
      async ours() {
        const into = await makeFolder();
        await chromiumProfile.copyLive(profile, into, { clock: systemClock });
        await remove(into);
      },
      async theirs() {
        const into = await makeFolder();
        await cp(profile, into, { recursive: true });
        await remove(into);
      },
      close: () => remove(profile),
    };
  },
};
