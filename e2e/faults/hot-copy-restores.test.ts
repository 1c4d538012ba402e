import { chromiumProfile } from '@wakey/chromium';
import { systemClock } from '@wakey/host';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copySession } from '../support/hot-copies/copy-session.ts';
import { linkSession, type Rig, startRig, trail } from '../support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

it.each([
  ['headless-shell', 'puppeteer', 'chromium', 'playwright'],
  ['chromium', 'playwright', 'headless-shell', 'puppeteer'],
  ['headless-shell', 'playwright', 'headless-shell', 'puppeteer'],
  ['chromium', 'puppeteer', 'chromium', 'playwright'],
] as const)(
  'a profile that was copied from a running %s (%s) resumes in another directory with %s (%s), without a code',
  async (...names) => {
    const [browser, driver, otherBrowser, otherDriver] = names;
    const session = await linkSession(rig, { browser, driver });
    await copySession(rig.sessionsDir, 'other', (profile, into) =>
      chromiumProfile.copyLive(profile, into, { clock: systemClock }),
    );
    await session.stop();
    const other = rig.session({ id: 'other', browser: otherBrowser, driver: otherDriver });
    const seen = trail(other);
    await other.start();
    await other.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  },
);
