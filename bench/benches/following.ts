import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { type Cost, type Costs, type Extent, medianOf } from '../bench.ts';
import { delaysOf } from '../following/delays.ts';
import { cpuOf, type Host, linkedHost } from '../following/hosts.ts';
import type { KeptSegment } from '../following/orders.ts';
import { countWritten } from '../following/written.ts';
import { makeFolder, remove } from '../profile.ts';

/** What it costs to keep each change as it is made. */
export const costs: Costs = {
  what: 'a ready session with `keep: "on"`, compared in the same minutes with a session with `keep: "off"`',
  async measure(extent) {
    const simulator = await startSimulator();
    const folder = await makeFolder();
    const hosts: Host[] = [];
    try {
      for (const keep of ['on', 'off'] as const) {
        hosts.push(await linkedHost(simulator, join(folder, keep), { keep }));
      }
      const scene = { simulator, hosts, extent };
      // The caches of the compiler are warm afterwards.
      await delay(60 * extent.second);
      return [...(await idle(scene)), ...(await busy(scene)), ...(await compacting(scene))];
    } finally {
      for (const host of hosts) await host.close();
      await simulator.close();
      await remove(folder);
    }
  },
};

interface Scene {
  readonly simulator: Simulator;
  /** The session that keeps each change, and then the other one. */
  readonly hosts: readonly Host[];
  readonly extent: Extent;
}

/** Nothing changes. A round is a minute: so often a session looks at its profile without a notification. */
async function idle({ hosts, extent }: Scene): Promise<readonly Cost[]> {
  const rounds: (readonly number[])[] = [];
  for (let round = 0; round < extent.rounds; round += 1) rounds.push(await cpuOf(hosts, 60 * extent.second));
  return [
    { what: 'idle: CPU time more in a minute', value: medianOf(rounds.map(more)), unit: 'ms', goal: 10 },
    { what: 'idle: CPU time in a minute without', value: medianOf(rounds.map(without)), unit: 'ms' },
  ];
}

/** Ten messages a second, as the page of a busy account commits them. */
async function busy({ simulator, hosts, extent }: Scene): Promise<readonly Cost[]> {
  simulator.traffic({ rate: 10 });
  await delay(20 * extent.second);
  const rounds: (readonly number[])[] = [];
  const kept = await whileKept({ hosts, extent }, async () => {
    for (let round = 0; round < extent.rounds; round += 1) rounds.push(await cpuOf(hosts, 30 * extent.second));
  });
  const { median, late, most } = kept.delays;
  return [
    {
      what: '10 messages a second: CPU time more',
      value: medianOf(rounds.map(more)) / 600,
      unit: '% of a core',
      goal: 5,
    },
    { what: '10 messages a second: CPU time without', value: medianOf(rounds.map(without)) / 600, unit: '% of a core' },
    { what: '10 messages a second: bytes kept for each byte that the browser writes', ...kept.ratio, goal: 2 },
    { what: 'from the commit of the page to the disk of the store: median', value: median, unit: 'ms' },
    { what: 'from the commit of the page to the disk of the store: 99 %', value: late, unit: 'ms' },
    { what: 'from the commit of the page to the disk of the store: longest', value: most, unit: 'ms', goal: 1_000 },
  ];
}

/** So many long messages that the browser begins new logs and compacts its tables. */
async function compacting({ simulator, hosts, extent }: Scene): Promise<readonly Cost[]> {
  simulator.traffic({ rate: 100, bytes: 20_000 });
  const rounds: (readonly number[])[] = [];
  const kept = await whileKept({ hosts, extent }, async () => {
    for (let round = 0; round < extent.rounds; round += 1) rounds.push(await cpuOf(hosts, 10 * extent.second));
  });
  return [
    { what: '2 MB a second: CPU time more', value: medianOf(rounds.map(more)) / 600, unit: '% of a core' },
    { what: '2 MB a second: bytes kept for each byte that the browser writes', ...kept.ratio, goal: 4 },
    { what: '2 MB a second: longest time from the commit to the disk', value: kept.delays.most, unit: 'ms' },
  ];
}

async function whileKept({ hosts: [host] }: Pick<Scene, 'hosts' | 'extent'>, work: () => Promise<void>) {
  if (host === undefined) throw new Error('There is no session.');
  await host.tell({ type: 'note' });
  const written = await countWritten(host.profileDir);
  const commits: number[] = [];
  const segments: KeptSegment[] = [];
  // A short sample may end before the first segment.
  for (let tries = 0; Number.isNaN(delaysOf(commits, segments).median); tries += 1) {
    if (tries === MOST_TRIES) throw new Error(`No segment has kept a commit after ${tries} samples.`);
    await work();
    const told = await host.tell({ type: 'report' });
    commits.push(...(told.commits ?? []));
    segments.push(...(told.segments ?? []));
  }
  const bytes = segments.reduce((sum, { size }) => sum + size, 0);
  const ratio = { value: bytes / (await written.stop()), unit: '' };
  return { ratio, delays: delaysOf(commits, segments) };
}

/** Against a session that never keeps a commit. */
const MOST_TRIES = 100;

function more([on = Number.NaN, off = Number.NaN]: readonly number[]): number {
  return on - off;
}

function without([, off = Number.NaN]: readonly number[]): number {
  return off;
}
