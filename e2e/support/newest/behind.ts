import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '@wakey/simulator';
import { mountedDisk, type SmallDisk } from '@wakey/testkit';
import type { KeepingChild, Said } from '../faults/keeping-child.ts';
import { makeFolder } from '../folder.ts';
import { killAll, processesNaming } from '../processes.ts';
import { placesIn } from './losses.ts';
import { comeBack, link, type Outcome, ratchetsOf } from './round.ts';
import { startTrafficChild } from './traffic-child.ts';

/** What is wrong with the store for a while. */
export type StoreTrouble = 'slow' | 'full';

/** One round with a store that falls behind. */
export interface BehindRound {
  readonly trouble: StoreTrouble;
  /** How much the page stores as fast as it can, while the store is in trouble. */
  readonly megabytes: number;
  /** How fast a slow disk writes. */
  readonly bytesPerSecond: number;
  /** As in `Round`. */
  readonly within: number;
}

/** What was seen while the store was behind, and how the session came back. */
export interface BehindOutcome extends Outcome {
  /** The lags in the warnings, in s. */
  readonly lags: readonly number[];
  /** The longest time between two segments, in ms. */
  readonly longest: number;
  /** How many bytes more the process took at most than before, while the page wrote just as fast and the store kept up. */
  readonly growth: number;
  /** The longest time in which the page answered, in ms. */
  readonly slowest: number;
}

/** The room on a small disk that is no longer full, in bytes: enough for the whole profile several times. */
const ROOM = 768 * 1024 ** 2;

/** The most memory that a store in trouble may cost, in bytes. */
const allowed = 64 * 1024 ** 2;

/**
 * Links a session, lets messages flow, and brings its store into trouble while the page writes as fast as it can. When the trouble
 * is over and the store has caught up, the machine is lost.
 */
export async function playBehind({ trouble, megabytes, bytesPerSecond, within }: BehindRound): Promise<BehindOutcome> {
  const simulator = await startSimulator({ speed: 20 });
  const folder = await makeFolder();
  const disk = trouble === 'full' ? mountedDisk(2 * (ROOM / 1024 ** 2)) : undefined;
  const places = { ...placesIn(folder.path), ...(disk === undefined ? {} : { storeDir: join(disk.path, 'store') }) };
  const pace = trouble === 'slow' ? { bytesPerSecond } : {};
  const start = () => startTrafficChild({ url: simulator.url, ...places, ...pace, megabytes, first: megabytes / 4 });
  try {
    const child = start();
    await link(simulator, child);
    await child.hear(({ event }) => event === 'saved');
    simulator.traffic({ rate: 10 });
    // What the process takes while its store keeps up.
    await filled(child);
    await caughtUp(child);
    const usual = Math.max(...memoryIn(child.said));
    const from = child.said.length;
    const told = ratchetsOf(simulator).acknowledged;
    await fallBehind(child, disk);
    await caughtUp(child);
    const said = child.said.slice(from);
    const more = ratchetsOf(simulator).acknowledged - told;
    const round = { loss: 'machine', key: undefined, after: 0, share: 0, within } as const;
    const outcome = await comeBack({ simulator, places, start }, child, round);
    const found = { ...outcome, ...seen(said), growth: Math.max(...memoryIn(said)) - usual };
    return { ...found, faults: [...found.faults, ...faultsIn(said, found), ...silent(more)] };
  } finally {
    killAll(processesNaming(folder.path));
    disk?.remove();
    await simulator.close();
    await folder.remove();
  }
}

/** Resolves when the page has stored its rows, a warning has said how far a full store is behind, and the disk has room. */
async function fallBehind(child: KeepingChild, disk: SmallDisk | undefined): Promise<void> {
  const from = child.said.length;
  disk?.leave(0);
  await filled(child);
  // A slow disk may be fast enough.
  if (disk !== undefined) await child.hear((line) => lagIn(line) !== undefined, from);
  disk?.leave(ROOM);
}

/** Lets the page store its rows, unless it has some. Resolves to the number of its rows. */
export async function filled(child: KeepingChild): Promise<number> {
  const from = child.said.length;
  child.process.kill('SIGUSR2');
  await child.hear(({ event }) => event === 'filled', from);
  return child.said.slice(from).findLast(({ event }) => event === 'filled')?.rows ?? 0;
}

/** Resolves when two segments in a row are small: then the store has everything but the last messages. */
export async function caughtUp(child: KeepingChild): Promise<void> {
  for (let isSmall = false; ; ) {
    const from = child.said.length;
    await child.hear(({ event }) => event === 'kept', from);
    const kept = child.said.slice(from).findLast(({ event }) => event === 'kept');
    const wasSmall = isSmall;
    isSmall = (kept?.bytes ?? 0) < 100_000;
    if (isSmall && wasSmall) return delay(1_000);
  }
}

function lagIn({ event, what = '' }: Said): number | undefined {
  const [, seconds] = (event === 'warning' && /the store is (\d+) s behind/.exec(what)) || [];
  return seconds === undefined ? undefined : Number(seconds);
}

function seen(said: readonly Said[]): Pick<BehindOutcome, 'lags' | 'longest' | 'slowest'> {
  const kept = said.filter(({ event }) => event === 'kept').map(({ at }) => at);
  return {
    longest: Math.max(0, ...kept.map((at, index) => at - (kept[index - 1] ?? at))),
    lags: said.flatMap((line) => lagIn(line) ?? []),
    slowest: Math.max(...said.flatMap(({ took }) => took ?? [])),
  };
}

function memoryIn(said: readonly Said[]): readonly number[] {
  return said.flatMap(({ rss }) => rss ?? []);
}

function faultsIn(said: readonly Said[], { growth, lags, longest }: Omit<BehindOutcome, 'faults'>): readonly string[] {
  const away = said.find(({ state }) => state !== undefined && state !== 'ready');
  return [
    ...(growth > allowed ? [`the process took ${Math.round(growth / 1024 ** 2)} MB more`] : []),
    ...(longest > 10_000 && lags.length === 0 ? [`nothing was kept for ${longest} ms, and no warning said so`] : []),
    ...(away === undefined ? [] : [`the session was ${away.state} and not ready`]),
  ];
}

function silent(more: number): readonly string[] {
  return more > 0 ? [] : ['the page told no message while the store was in trouble'];
}
