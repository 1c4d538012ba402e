import { createSession, type Session } from '@wakey/client';
import { lightpandaDriver, type PatchName } from '@wakey/driver-lightpanda';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { standInBinary } from '../../packages/drivers/lightpanda/test/stand-in/binary.ts';
import { versions } from '../../packages/drivers/lightpanda/test/stand-in/versions.ts';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { reach, scanWith, trail } from '../support/rig.ts';

/** Runs on a stand-in, which shows how a session treats the parts that Lightpanda lacks and the parts that a build adds. */
describe.each(versions)('a session in Lightpanda %s', (version) => {
  let simulator: Simulator;
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let session: Session;
  beforeEach(async () => {
    simulator = await startSimulator({ speed: 20 });
    folder = await makeFolder();
  });
  afterEach(async () => {
    await session.stop();
    await simulator.close();
    expect(processesNaming(folder.path)).toEqual([]);
    await folder.remove();
  });
  const open = async (gifts: readonly ('keys' | 'locks' | 'caches')[], patched: readonly PatchName[]) =>
    createSession({
      id: 'main',
      driver: lightpandaDriver({
        executable: await standInBinary({ version, gifts }),
        env: { TMPDIR: folder.path },
        patched,
      }),
      page: whatsappWeb({ url: simulator.url, aliveEvery: 500 }),
      sessionsDir: folder.path,
      ephemeral: true,
      policy: { heartbeat: 1_000, backoff: 100 },
    });

  it('ends before any code on the stock binary, and names the missing parts', async () => {
    session = await open([], []);
    const seen = trail(session);
    await expect(session.start()).rejects.toMatchObject({ code: 'browser-unsuitable' });
    const { detail } = await reach(session, 'ended');
    // The driver switches on `caches` where the build has them, and 1.0.1 brought the locks.
    const missing = { 'Web Locks': ['0.4.1', '1.0.0'], CacheStorage: ['0.4.1'] };
    expect(detail).toContain('keys that IndexedDB can store (CryptoKey)');
    for (const [part, where] of Object.entries(missing)) expect(detail?.includes(part)).toBe(where.includes(version));
    expect(seen).not.toContain('awaiting-qr');
  });

  it('goes from a scanned code to ready if a build adds the missing parts', async () => {
    session = await open(['keys', 'locks', 'caches'], ['cryptoKeyStorage', 'webLocks']);
    const seen = trail(session);
    scanWith(simulator, session);
    await session.start();
    await session.ready();
    expect(seen).toEqual(['stopped', 'starting', 'loading', 'awaiting-qr', 'linking', 'syncing', 'ready']);
  });
});
