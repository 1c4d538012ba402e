import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAuthenticator } from '../support/authenticator.ts';
import { type Rig, type RigSession, reach, scanWith, startRig, trail } from '../support/rig.ts';

describe('a passkey request while linking', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ speed: 10 });
    rig.simulator.trouble({ passkey: true });
  });
  afterEach(() => rig.close());

  /** The simulator's address with a host name, because WebAuthn accepts no IP address as a relying party. */
  const url = () => rig.simulator.url.replace('127.0.0.1', 'localhost');

  async function asked(policy: RigSession['policy'] = {}) {
    const session = rig.session({ url: url(), policy });
    const requests: string[] = [];
    session.on('passkey', ({ request }) => requests.push(request.reveal()));
    scanWith(rig.simulator, session);
    await session.start();
    const state = await reach(session, 'awaiting-passkey');
    return { session, state, requests };
  }

  it('is reported with the standard options, and an assertion from another browser links', async () => {
    const authenticator = await startAuthenticator(rig.simulator, url());
    const { session, requests } = await asked();
    const seen = trail(session);
    expect(JSON.parse(requests[0] ?? '')).toMatchObject({ rpId: 'localhost', challenge: expect.any(String) });
    await session.answerPasskey(await authenticator.sign(requests[0] ?? ''));
    await session.ready();
    await authenticator.close();
    expect(seen).not.toContain('awaiting-qr');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('can be refused, which ends the session as passkey-refused and links nothing', async () => {
    const { session } = await asked();
    await session.refusePasskey();
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'passkey-refused' });
    expect(rig.simulator.phone.devices()).toEqual([]);
  });

  it('that nobody answers ends the session at its deadline, and no code appears meanwhile', async () => {
    const { session } = await asked({ passkeyTimeout: 2_000 });
    const seen = trail(session);
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'passkey-timeout' });
    expect(seen).not.toContain('awaiting-qr');
  });

  it('does not show its challenge in the state', async () => {
    const { state, requests } = await asked();
    expect(JSON.stringify(state)).not.toContain(JSON.parse(requests[0] ?? '').challenge);
  });
});
