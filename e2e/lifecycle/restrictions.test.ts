import { listSessions } from '@wakey/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkSession, type Rig, startRig } from '../support/rig.ts';

const end = 4_000_000_000;

describe('an account that WhatsApp restricts', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it('is ready and reports each restriction with its end, and reports when the restrictions are over', async () => {
    rig.simulator.trouble({ timeLock: 'WEB_COMPANION_ONLY', timeLockUntil: end });
    const session = await linkSession(rig);
    const timeLock = { kind: 'WEB_COMPANION_ONLY', until: end * 1_000 };
    const told = (isIt: (restrictions: object) => boolean) =>
      new Promise<object>((resolve) =>
        session.on('restrictions', ({ restrictions }) => isIt(restrictions) && resolve(restrictions)),
      );
    const first = told((restrictions) => 'timeLock' in restrictions);
    const { state } = session;
    const known = state.name === 'ready' && 'timeLock' in state.restrictions ? state.restrictions : await first;
    expect(known).toEqual({ timeLock });

    const capped = told((restrictions) => 'messageCapping' in restrictions);
    rig.simulator.trouble({ capping: 'CAPPED' });
    expect(await capped).toMatchObject({ timeLock, messageCapping: { status: 'capped', used: 100, quota: 100 } });
    expect((await session.ready()).restrictions).toEqual(await capped);
    await expect
      .poll(async () => (await listSessions({ sessionsDir: rig.sessionsDir }))[0]?.record?.restrictions)
      .toEqual(await capped);

    const over = told((restrictions) => Object.keys(restrictions).length === 0);
    rig.simulator.trouble({ timeLock: 'none', capping: 'NONE' });
    await over;
    expect(session.state).toMatchObject({ name: 'ready', restrictions: {} });
    await expect
      .poll(async () => (await listSessions({ sessionsDir: rig.sessionsDir }))[0]?.record?.restrictions)
      .toBeUndefined();
  });
});
