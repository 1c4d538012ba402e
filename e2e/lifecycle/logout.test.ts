import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkSession, type Rig, reach, scanWith, startRig } from '../support/rig.ts';

describe('a logout', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const unlinkAll = () => {
    for (const { id } of rig.simulator.phone.devices()) rig.simulator.phone.unlink(id);
  };

  it('by the phone is noticed although every event of the page about it is lost', async () => {
    rig.simulator.trouble({ lostEvents: ['Cmd *', 'Socket *', 'BackendEventBus *'] });
    const session = await linkSession(rig, { policy: { heartbeat: 500 } });
    unlinkAll();
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'logged-out-by-phone' });
  });

  it('by us waits for the page’s confirmation, then erases the credentials', async () => {
    const session = await linkSession(rig);
    await session.logout();
    expect(rig.simulator.phone.devices()).toEqual([]);
    const record = JSON.parse(await readFile(join(rig.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.linkedAt).toBeUndefined();
    expect(record.me).toBeUndefined();
  });

  it('by us that the page does not confirm keeps the credentials, and ends as logout-unconfirmed', async () => {
    const session = await linkSession(rig, { policy: { logoutTimeout: 1_000 } });
    rig.simulator.trouble({ hang: true });
    await expect(session.logout()).rejects.toMatchObject({ code: 'logout-unconfirmed' });
    rig.simulator.trouble({ hang: false });
    const record = JSON.parse(await readFile(join(rig.sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record.linkedAt).toBeDefined();
    await session.start();
    await session.ready();
  });

  it('is part of a relink, which keeps the session’s name and shows a new code that links', async () => {
    const session = await linkSession(rig);
    scanWith(rig.simulator, session);
    await session.relink();
    await session.ready();
    expect(session.id).toBe('main');
    expect(rig.simulator.phone.devices()).toHaveLength(1);
  });

  it('is not needed to relink a session whose phone has already unlinked it', async () => {
    const session = await linkSession(rig);
    unlinkAll();
    await reach(session, 'ended');
    await session.relink();
    expect(session.state.name).toBe('awaiting-qr');
  });
});
