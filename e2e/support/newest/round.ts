import { setTimeout as delay } from 'node:timers/promises';
import { type Simulator, startSimulator } from '@wakey/simulator';
import type { KeepingChild, Said } from '../faults/keeping-child.ts';
import { makeFolder } from '../folder.ts';
import { killAll, processesNaming } from '../processes.ts';
import { type Loss, lose, type Places, placesIn } from './losses.ts';
import { startTrafficChild } from './traffic-child.ts';

/** One round: what is lost, when, and in which store the backups are. */
export interface Round {
  readonly loss: Loss;
  /** The key of an encrypted store; undefined: a plain store. */
  readonly key: string | undefined;
  /** How long messages flow before the loss, in ms. */
  readonly after: number;
  /** From 0 to 1: where the last segment is cut. */
  readonly share: number;
  /** How long before the loss the page may have committed what is missing without the machine, in ms. */
  readonly within: number;
  /**
   * The browser stores nothing itself, so a kill of Node may cost what the page committed just before, as the loss of a machine
   * does. @default false
   */
  readonly viaNode?: boolean;
}

/** How the session came back. */
export interface Outcome {
  /** How many messages the page had told and lacked afterwards. */
  readonly behind: number;
  /** How long before the loss the page had told the oldest of them, in ms; 0 without any. */
  readonly since: number;
  readonly from: string;
  /** The age that the session gave with `ready`, in ms. */
  readonly age: number;
  readonly faults: readonly string[];
}

/** Messages a second. */
const rate = 10;

/** Links a session, lets messages flow, causes the loss, starts again, and compares what came back with what the service knows. */
export async function playRound(round: Round): Promise<Outcome> {
  const simulator = await startSimulator({ speed: 20 });
  const folder = await makeFolder();
  const places = placesIn(folder.path);
  const start = () => startTrafficChild({ url: simulator.url, ...places, key: round.key });
  try {
    const child = start();
    await link(simulator, child);
    await child.hear(({ event }) => event === 'saved');
    simulator.traffic({ rate });
    await delay(round.after);
    return await comeBack({ simulator, places, start }, child, round);
  } finally {
    killAll(processesNaming(folder.path));
    await simulator.close();
    await folder.remove();
  }
}

/** A session in a process of its own, with its service. */
export interface Scene {
  readonly simulator: Simulator;
  readonly places: Places;
  readonly start: () => KeepingChild;
}

/** Causes the loss, starts again, and compares what came back with what the service knows. */
export async function comeBack(
  { simulator, places, start }: Scene,
  child: KeepingChild,
  round: Round,
): Promise<Outcome> {
  const before = child.said.length;
  const lostAt = Date.now();
  await lose(round.loss, places, child, round.share);
  const kept = child.said.filter(({ event, at }) => (event === 'kept' || event === 'saved') && at <= lostAt);
  const again = child.isGone() ? start() : child;
  const from = again === child ? before : 0;
  await again.hear((line) => line.event === 'ready' || line.qr !== undefined || line.state === 'ended', from);
  const ready = again.said.slice(from).find(({ event }) => event === 'ready');
  if (ready === undefined) throw new Error(`The session did not come back without a code: ${again.tail()}`);
  await flowOn(simulator);
  // The line `ready` may be of the browser that is gone, written just before the loss.
  const connects = ratchetsOf(simulator).connects.filter(({ at }) => at > lostAt);
  const behind = Math.max(0, ...connects.map((connect) => connect.behind));
  const lacksFrom = Math.min(lostAt, ...connects.map((connect) => connect.lacksFrom ?? lostAt));
  const faults = [
    ...(connects.length === 0 ? ['the page did not say what it holds'] : []),
    ...connects.flatMap(({ firstMissing, isWhole, isOtherCopy, problem }) => [
      ...(firstMissing === null ? [] : [`commit ${firstMissing} is missing, and a later one is there`]),
      ...(isWhole ? [] : ['a message is there without its counters']),
      ...(isOtherCopy ? ['another copy of the profile came back'] : []),
      ...(problem === null ? [] : [`the page could not read its rows: ${problem}`]),
    ]),
    ...(mayLag(round) ? [] : toldWrongly(simulator, again.said.slice(from), { behind, lacksFrom, lostAt })),
    ...tooFarBehind(round, { behind, lacksFrom, lostAt, kept }),
  ];
  return { behind, since: lostAt - lacksFrom, from: ready.from ?? '', age: ready.age ?? 0, faults };
}

/** Faults in what the session said about the age of its profile. */
function toldWrongly(
  simulator: Simulator,
  said: readonly Said[],
  { behind, lacksFrom, lostAt }: Omit<Missing, 'kept'>,
): string[] {
  const from = said.find(({ event }) => event === 'ready')?.from;
  const isTold = from === 'newest' || from === 'older';
  const older = simulator.fallbacks().filter(({ verdict, at }) => verdict !== 'redelivery' && at > lostAt);
  const restored = said.findLast(({ recovery }) => recovery?.step === 'restored');
  const stateOf = (restored?.at ?? 0) - (restored?.recovery?.age ?? 0);
  return [
    ...(behind > 0 && !isTold ? [`${behind} messages are missing, and ready said ${from}`] : []),
    ...(older.length > 0 && !isTold ? [`the service saw ${JSON.stringify(older[0])}, and ready said ${from}`] : []),
    // An acknowledgement takes a while on a busy machine.
    ...(isTold && behind > 0 && stateOf > lacksFrom + 1_000
      ? [`the backup is said to be ${stateOf - lacksFrom} ms newer than a message that it lacks`]
      : []),
  ];
}

interface Missing {
  readonly behind: number;
  readonly lacksFrom: number;
  readonly lostAt: number;
  /** What the session said about its backups and segments before the loss. */
  readonly kept: readonly Said[];
}

/** Whether more is missing than the loss may cost: nothing after a crash, else what the page committed just before. */
function tooFarBehind(round: Round, { behind, lacksFrom, lostAt, kept }: Missing): string[] {
  const { loss, within } = round;
  if (behind === 0) return [];
  if (loss !== 'machine' && loss !== 'torn' && !mayLag(round)) return [`${behind} messages are missing after a crash`];
  // Without the torn segment, everything until the one before it must be there.
  const untornAt = loss === 'torn' ? (kept.at(-2)?.at ?? kept.at(-1)?.at ?? lostAt) : lostAt;
  const late = untornAt - within - lacksFrom;
  if (late <= 0) return [];
  const times = kept.slice(-3).map(({ at }) => `${lostAt - at} ms`);
  return [`a message was told ${late} ms too early to be missing; last kept ${times.join(', ')} before the loss`];
}

/** Whether the live profile may lack what the page committed just before. */
function mayLag({ loss, viaNode = false }: Round): boolean {
  return viaNode && loss !== 'browser';
}

/** Waits until the page has told ten more commits, so that the service can see from which state it writes. */
async function flowOn(simulator: Simulator): Promise<void> {
  const target = ratchetsOf(simulator).acknowledged + 10;
  for (let tries = 0; ratchetsOf(simulator).acknowledged < target; tries += 1) {
    if (tries === 300) throw new Error(`No messages flow any more: ${JSON.stringify(ratchetsOf(simulator).refused)}`);
    await delay(100);
  }
}

/** Links the session of a child that shows a code. */
export async function link(simulator: Simulator, child: KeepingChild): Promise<void> {
  await scanCode(simulator, child);
  await child.hear(({ event }) => event === 'ready');
}

/** Lets the phone scan the newest code of a child, once there is one. */
export async function scanCode(simulator: Simulator, child: KeepingChild): Promise<void> {
  await child.hear(({ qr }) => qr !== undefined);
  await simulator.phone.scan(child.said.findLast(({ qr }) => qr !== undefined)?.qr ?? '');
}

/** What the service knows of the only device. */
export function ratchetsOf(simulator: Simulator) {
  const [device] = simulator.ratchets();
  if (device === undefined) throw new Error('The service knows no device.');
  return device;
}
