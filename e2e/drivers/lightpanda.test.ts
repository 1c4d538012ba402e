import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createSession, type Session } from '@wakey/client';
import { lightpandaDriver } from '@wakey/driver-lightpanda';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { filesystemStore } from '@wakey/store-filesystem';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realLightpandas } from '../../packages/drivers/lightpanda/test/real-binaries.ts';
import { standInBinary } from '../../packages/drivers/lightpanda/test/stand-in/binary.ts';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { reach, scanWith, trail } from '../support/rig.ts';

const real = await realLightpandas();
const standIn = { version: 'stand-in for 1.0.2', executable: await standInBinary({ version: '1.0.2' }) };

/** Runs on each real binary of this machine, or else on a stand-in. */
describe.each(real.length > 0 ? real : [standIn])('a session in Lightpanda $version', ({ executable }) => {
  let simulator: Simulator;
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let sessions: Session[];
  beforeEach(async () => {
    simulator = await startSimulator({ speed: 20 });
    folder = await makeFolder();
    sessions = [];
  });
  afterEach(async () => {
    for (const session of sessions) await session.stop();
    await simulator.close();
    expect(processesNaming(folder.path)).toEqual([]);
    await folder.remove();
  });
  const open = () => {
    const session = createSession({
      id: 'main',
      driver: lightpandaDriver({ executable, env: { TMPDIR: folder.path } }),
      page: whatsappWeb({ url: simulator.url, aliveEvery: 500 }),
      sessionsDir: folder.path,
      store: filesystemStore({ directory: folder.path }),
      policy: { heartbeat: 1_000, backoff: 100 },
    });
    sessions.push(session);
    return session;
  };
  const linked = async () => {
    const session = open();
    scanWith(simulator, session);
    await session.start();
    await session.ready();
    return session;
  };
  const resumes = async (from: 'live' | 'newest') => {
    const session = open();
    const seen = trail(session);
    const readies: unknown[] = [];
    session.on('ready', (notice) => void readies.push(notice));
    await session.start();
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
    expect(readies).toMatchObject([{ how: 'resumed', from }]);
  };

  it('goes from a scanned code to ready, and is ready without a code after its browser was killed', async () => {
    const session = await linked();
    const seen = trail(session);
    for (const pid of processesNaming(folder.path)) process.kill(pid, 'SIGKILL');
    await reach(session, 'backing-off');
    await session.ready();
    expect(seen).not.toContain('awaiting-qr');
  });

  it('is ready without a code in a new process, and says that it goes on with the live profile', async () => {
    await (await linked()).stop();
    await resumes('live');
  });

  it('is ready without a code from the store if the profile is gone', async () => {
    await (await linked()).stop();
    await rm(join(folder.path, 'main', 'profile'), { recursive: true });
    await resumes('newest');
  });

  it('notices that the phone unlinked it, erases the login once, and needs a code at the next start', async () => {
    const session = await linked();
    const [device] = simulator.phone.devices();
    simulator.phone.unlink(device?.id ?? '');
    expect(await reach(session, 'ended')).toMatchObject({ reason: 'logged-out-by-phone' });
    const again = open();
    await again.start();
    await reach(again, 'awaiting-qr');
  });
});
