import type { Session } from '@wakey/client';
import type { Page as PlaywrightPage } from 'playwright-core';
import type { Page as PuppeteerPage } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming } from '../support/processes.ts';
import { linkSession, type Rig, type RigSession, reach, startRig, trail } from '../support/rig.ts';

describe.each(['puppeteer', 'playwright'] as const)('a browser, driven by %s,', (driver) => {
  let rig: Rig<typeof driver>;
  beforeEach(async () => {
    rig = await startRig({ driver });
  });
  afterEach(async () => {
    await rig.close();
    expect(processesNaming(rig.sessionsDir)).toEqual([]);
  });

  async function linked(options?: RigSession<typeof driver>) {
    const session = await linkSession(rig, options);
    return { session, seen: trail(session) };
  }

  it('whose renderer crashes is replaced, and the session is ready again without a code', async () => {
    const { session, seen } = await linked();
    // This call never resolves, because its page is gone.
    session.page?.goto('chrome://crash').catch(() => undefined);
    await reach(session, 'backing-off');
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('whose page hangs is replaced', async () => {
    const { session, seen } = await linked();
    rig.simulator.trouble({ hang: true });
    expect(await reach(session, 'interrupted')).toMatchObject({ cause: 'page-silent' });
    await reach(session, 'backing-off');
    rig.simulator.trouble({ hang: false });
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('whose page was navigated away returns to WhatsApp Web without a code', async () => {
    const { session, seen } = await linked();
    await session.page?.goto('about:blank');
    const left = ['interrupted', 'backing-off', 'resuming'];
    await new Promise<void>((resolve) => {
      session.on('state', ({ name }) => left.includes(name) && resolve());
    });
    await session.ready();
    expect(session.page?.url()).toContain(rig.simulator.url);
    expect(seen).not.toContain('awaiting-qr');
  });

  it('whose GPU process dies leaves the session ready, or makes it ready again', async () => {
    const { session, seen } = await linked();
    // The command fails if the browser has no GPU process. Then there is nothing to survive.
    await crashGpuProcess(session.page).catch(() => undefined);
    expect(await session.page?.title()).toBeTypeOf('string');
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('that crashes again and again ends the session as crash-loop, and the link is kept', async () => {
    const { session } = await linked({ policy: { maxRestarts: 2 } });
    session.on('state', ({ name }) => {
      if (name !== 'resuming') return;
      for (const pid of processesNaming(rig.sessionsDir)) process.kill(pid, 'SIGKILL');
    });
    for (const pid of processesNaming(rig.sessionsDir)) process.kill(pid, 'SIGKILL');
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'crash-loop' });
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });
});

type Page = Session<PuppeteerPage>['page'] | Session<PlaywrightPage>['page'];

async function crashGpuProcess(page: Page): Promise<void> {
  if (page === undefined) throw new Error('there is no page');
  if ('createCDPSession' in page) await (await page.createCDPSession()).send('Browser.crashGpuProcess');
  else await (await page.context().newCDPSession(page)).send('Browser.crashGpuProcess');
}
