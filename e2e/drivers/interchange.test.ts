import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming } from '../support/processes.ts';
import { linkSession, type Rig, startRig, trail } from '../support/rig.ts';

/** A profile depends on the browser, and not on the library that drives the browser. */
describe.each(['headless-shell', 'chromium'] as const)('a session in %s', (browser) => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig.close();
    expect(processesNaming(rig.sessionsDir)).toEqual([]);
  });

  it.each([
    ['puppeteer', 'playwright'],
    ['playwright', 'puppeteer'],
  ] as const)('that was linked with %s resumes with %s, and back, without a code', async (first, second) => {
    await (await linkSession(rig, { driver: first, browser })).stop();
    for (const driver of [second, first]) {
      const session = rig.session({ driver, browser });
      const seen = trail(session);
      await session.start();
      await session.ready();
      expect(seen).not.toContain('awaiting-qr');
      await session.stop();
    }
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });
});
