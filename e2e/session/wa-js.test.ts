import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { siteArgs } from '../support/chromium.ts';
import { type Rig, reach, scanWith, startRig } from '../support/rig.ts';

const waJs = createRequire(import.meta.url).resolve('@wppconnect/wa-js');

/** The parts of wa-js's global object that these tests use. */
interface Wpp {
  readonly isFullReady: boolean;
  on(event: string, listener: (value: unknown) => void): void;
  readonly conn: {
    isAuthenticated(): boolean;
    isMainReady(): boolean;
    getMyUserId(): { toString(): string } | undefined;
  };
}

declare const WPP: Wpp;

describe('the unmodified wa-js, in the page of a session', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ https: true, speed: 5 });
  });
  afterEach(() => rig.close());

  const site = () => ({ url: 'https://web.whatsapp.com/', args: siteArgs(rig.simulator.url) });

  it('reports a ready session as authenticated, with its main window ready and the same account id', async () => {
    const session = rig.session(site());
    scanWith(rig.simulator, session);
    await session.start();
    const { me } = await session.ready();
    await session.page?.addScriptTag({ path: waJs });
    await session.page?.waitForFunction(() => WPP.isFullReady && WPP.conn.isMainReady());
    const seen = await session.page?.evaluate(() => ({
      isAuthenticated: WPP.conn.isAuthenticated(),
      me: WPP.conn.getMyUserId()?.toString(),
    }));
    expect(seen).toEqual({ isAuthenticated: true, me });
    expect(session.state.name).toBe('ready');
  });

  it('gets its auth-code event on a fresh page, with the code that the session shows', async () => {
    const session = rig.session(site());
    await session.start();
    const { qr } = await reach(session, 'awaiting-qr');
    await session.page?.addScriptTag({ path: waJs });
    const code = await session.page?.evaluate(
      () =>
        new Promise((resolve) => {
          WPP.on('conn.auth_code_change', resolve);
        }),
    );
    // wa-js builds four of the five fields of a code; the session's code has the fifth as well.
    expect(code).toMatchObject({ fullCode: qr.reveal().split(',').slice(0, 4).join(',') });
  });
});
