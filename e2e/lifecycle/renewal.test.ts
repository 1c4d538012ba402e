import { lightpandaDriver } from '@wakey/driver-lightpanda';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { afterEach, describe, expect, it } from 'vitest';
import { realLightpandas } from '../../packages/drivers/lightpanda/test/real-binaries.ts';
import { standInBinary } from '../../packages/drivers/lightpanda/test/stand-in/binary.ts';
import { chromiumPath } from '../support/chromium.ts';
import { type GrowingOptions, type GrowingSession, startGrowing } from '../support/renewal/growing.ts';

const lightpanda = (await realLightpandas()).at(-1)?.executable ?? (await standInBinary({ version: '1.0.2' }));

const drivers: readonly (readonly [string, GrowingOptions['driver']])[] = [
  [
    'Chromium',
    (temporary) => puppeteerDriver({ executable: chromiumPath('headless-shell'), env: { TMPDIR: temporary } }),
  ],
  ['Lightpanda', (temporary) => lightpandaDriver({ executable: lightpanda, env: { TMPDIR: temporary } })],
];

/** The page keeps 5 MB more each 100 ms, 400 MB at most. */
const script = `(() => {
  const kept = [];
  setInterval(() => kept.length < 80 && kept.push(new Uint8Array(5_000_000).fill(1)), 100);
})()`;

describe.each(drivers)('a session whose page needs more and more memory, in %s', (_, driver) => {
  let growing: GrowingSession | undefined;
  const begin = async () => {
    growing = undefined;
    growing = await startGrowing({
      driver,
      script,
      policy: { renewAt: 1.2, renewEvery: 1_000, heartbeat: 2_000, settle: 200 },
    });
    return growing;
  };
  afterEach(async () => expect((await growing?.end()) ?? []).toEqual([]));

  it('renews its browser twice, is ready again each time without a code, and misses no message', async () => {
    const { session, renewals, renewed, faults } = await begin();
    await renewed(2);
    await session.ready();
    expect(renewals.every(({ memory, baseline }) => memory >= baseline * 1.2)).toBe(true);
    expect(faults()).toEqual([]);
  });

  it('can be stopped while its browser is being replaced, and resumes at the next start without a code', async () => {
    const { session, faults } = await begin();
    await new Promise<void>((resolve, reject) => {
      session.on('renewing', () => void session.stop().then(resolve, reject));
    });
    expect(session.state.name).toBe('stopped');
    await session.start();
    await session.ready();
    expect(faults()).toEqual([]);
  });
});
