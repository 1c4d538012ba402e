import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkSession, type Rig, reach, runInPage, startRig, takesUserAgent } from '../support/rig.ts';

describe('an account or client that WhatsApp blocks', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it.each([
    [{ locked: true }, 'banned'],
    // In the captured builds, the event about a temporary ban also fires at every login, and then says that there is no ban.
    [{ banned: true, banSeconds: 3_600 }, 'banned'],
    [{ terms: true }, 'terms-of-service'],
    [{ outdated: true, outdatedForm: 'state' }, 'client-outdated'],
    // In the captured builds, an outdated page stops its connection, shows no state for that, and reloads itself each time.
    [{ outdated: true }, 'client-outdated'],
    [{ outdated: true, outdatedForm: 'stopped' }, 'client-outdated'],
    [{ proxyBlocked: true }, 'network-blocked'],
  ] as const)('ends with the reason: %o is %s, and the credentials are kept', async (trouble, reason) => {
    const session = await linkSession(rig);
    rig.simulator.trouble(trouble);
    expect(await reach(session, 'ended')).toMatchObject({ reason });
    rig.simulator.trouble({ locked: false, banned: false, terms: false, outdated: false, proxyBlocked: false });
    await session.start();
    await session.ready();
  });

  it.runIf(takesUserAgent())(
    'with a name of the browser that WhatsApp Web does not take ends at once, and the ending names it',
    async () => {
      rig.simulator.trouble({ browserGate: true });
      const session = rig.session({ userAgent: 'Somebody/1.0' });
      await expect(session.start()).rejects.toMatchObject({
        code: 'browser-unsuitable',
        message: expect.stringContaining('WhatsApp Web does not take this browser’s name “Somebody/1.0”'),
        hint: expect.stringContaining('Use Chrome or Chromium under its own name'),
      });
      expect(rig.simulator.log().filter(({ event }) => event === 'browser-refused')).toHaveLength(1);
    },
  );

  it.runIf(takesUserAgent())(
    'with a login keeps it when WhatsApp Web does not take the browser’s name, and resumes under the browser’s own',
    async () => {
      await (await linkSession(rig)).stop();
      rig.simulator.trouble({ browserGate: true });
      const refused = rig.session({ userAgent: 'Somebody/1.0' });
      await expect(refused.start()).rejects.toMatchObject({ code: 'browser-unsuitable' });
      expect(rig.simulator.log().filter(({ event }) => event === 'browser-refused')).toHaveLength(1);
      const session = rig.session();
      await session.start();
      await session.ready();
      expect(rig.simulator.phone.devices()).toHaveLength(1);
    },
  );

  it('with a page that lacks parts ends as page-incompatible, which names the parts and the page’s version', async () => {
    rig.simulator.trouble({ missingModules: ['WAWebSocketModel', 'WAWebBackendEventBus', 'WAWebStreamModel'] });
    const session = rig.session();
    await session.start();
    const ended = await reach(session, 'ended');
    expect(ended.reason).toBe('page-incompatible');
    expect(ended.detail).toContain('WAWebSocketModel');
    expect(ended.detail).toContain('2.3000.');
  });

  it('with the "what’s new" dialog becomes ready, because Wakey acknowledges the dialog', async () => {
    const session = await linkSession(rig);
    rig.simulator.trouble({ dialog: true });
    const acknowledged = rig.simulator.waitFor('dialog-acknowledged');
    await acknowledged;
    await session.ready();
  });

  it('with a dialog that asks a question needs a person, and becomes ready once the dialog is answered', async () => {
    const session = await linkSession(rig, { policy: { heartbeat: 300 } });
    await runInPage(
      session,
      `document.body.insertAdjacentHTML('beforeend',
      '<div role="dialog" aria-modal="true" data-testid="question"><button>One</button><button>Other</button></div>')`,
    );
    expect(await reach(session, 'action-required')).toMatchObject({ what: 'question' });
    await runInPage(session, `document.querySelector('[data-testid="question"]').remove()`);
    await session.ready();
  });

  it('with a dialog that nobody answers ends at its deadline, and the ending names the dialog', async () => {
    await (await linkSession(rig)).stop();
    rig.simulator.trouble({ screenLocked: true });
    const session = rig.session({ policy: { actionTimeout: 1_500 } });
    await session.start();
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'action-not-taken', detail: 'screen-lock' });
    rig.simulator.trouble({ screenLocked: false });
  });
});
