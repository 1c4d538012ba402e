import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '@wakey/simulator';
import type { KeepingChild } from '../faults/keeping-child.ts';
import { noProcess } from '../faults/kept.ts';
import { makeFolder } from '../folder.ts';
import { killAll, processesNaming } from '../processes.ts';
import { type Loss, lose, placesIn } from './losses.ts';
import { comeBack, link, type Scene, scanCode } from './round.ts';
import { startTrafficChild } from './traffic-child.ts';

/** What a session in Lightpanda does when it is killed. */
export const moments = ['linking', 'syncing', 'journalling', 'compacting', 'restoring'] as const;

/** One kill. */
export interface Kill {
  readonly number: number;
  readonly moment: (typeof moments)[number];
  readonly loss: Extract<Loss, 'browser' | 'node' | 'both'>;
  /** How long after the moment has begun, in ms. */
  readonly after: number;
  /** How long before a kill of Node the page may have committed what is missing, in ms. */
  readonly within: number;
}

/** What was seen after a kill. */
interface AfterKill {
  /** The state of the session when it was killed. */
  readonly state: string;
  readonly behind: number;
  /** How long before the kill the page had told the oldest message that is missing, in ms; 0 without any. */
  readonly since: number;
  readonly faults: readonly string[];
}

/** A linked session in Lightpanda, with its own service. */
export interface Life {
  /** Kills it once, and waits until it is ready again. Rejects if it shows a code. */
  kill(kill: Kill): Promise<AfterKill>;
  /** Stops it, and returns what is left behind. */
  end(): Promise<readonly string[]>;
}

/** Links a session. `first`: kills it once while it links; only then it may show a second code. */
export async function beginLife(executable: string, first?: Kill): Promise<Life & { readonly state: string }> {
  const simulator = await startSimulator({ speed: 20 });
  const folder = await makeFolder();
  const places = placesIn(folder.path);
  const temporary = join(places.machine, 'temporary');
  await mkdir(temporary, { recursive: true });
  const start = () =>
    startTrafficChild({
      url: simulator.url,
      ...places,
      megabytes: GARBAGE,
      discards: true,
      lightpanda: { executable, temporary },
    });
  const scene: Scene = { simulator, places, start: () => (child = start()) };
  let child = start();
  const close = async () => {
    killAll(processesNaming(folder.path));
    await simulator.close();
    await folder.remove();
  };
  const end = async () => {
    try {
      if (!child.isGone()) await stop(child);
      await noProcess(folder.path);
      return [...(await leftIn(temporary, /^$/)), ...(await leftIn(join(places.sessionsDir, 'main', 'profile'), OWN))];
    } finally {
      await close();
    }
  };
  try {
    const state = first === undefined ? 'none' : await killLinking(scene, child, first);
    if (first === undefined) await link(simulator, child);
    await child.hear(({ event }) => event === 'saved');
    simulator.traffic({ rate: 10 });
    return { state, end, kill: (kill) => killOnce(scene, child, kill) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Kills a session while it links, starts it again, and links it if the kill came too early. Returns the state at the kill. */
async function killLinking({ simulator, places, start }: Scene, child: KeepingChild, kill: Kill): Promise<string> {
  await scanCode(simulator, child);
  await delay(kill.after); // The random moment of the kill.
  const state = stateOf(child);
  const from = child.said.length;
  await lose(kill.loss, places, child, 0);
  const again = child.isGone() ? start() : child;
  const since = again === child ? from : 0;
  await again.hear(({ event, qr }) => event === 'ready' || qr !== undefined, since);
  const code = again.said.slice(since).findLast(({ qr }) => qr !== undefined)?.qr;
  if (code !== undefined) {
    // The phone lists the device that nobody has the keys of.
    for (const { id } of simulator.phone.devices()) simulator.phone.unlink(id);
    await simulator.phone.scan(code);
  }
  await again.hear(({ event }) => event === 'ready', since);
  return state;
}

async function killOnce(scene: Scene, child: KeepingChild, { moment, loss, after, within }: Kill): Promise<AfterKill> {
  const began = Date.now();
  const faults: string[] = [];
  let victim = child;
  if (moment === 'journalling' || moment === 'compacting') {
    const from = child.said.length;
    child.process.kill('SIGUSR2');
    await child.hear(({ event }) => event === 'discarded', from);
    const rows = child.said.slice(from).find(({ event }) => event === 'discarded')?.rows ?? 0;
    if (rows % 50 !== 0) faults.push(`the page has ${rows} rows, and each of its transactions has 50`);
    if (moment === 'compacting') await child.hear(({ event }) => event === 'filled', from);
  }
  if (moment !== 'journalling') {
    // Cleanly, so that what is missing afterwards was lost by the kill below.
    await stop(child);
    victim = scene.start();
    const begun = moment === 'syncing' ? 'resuming' : 'starting';
    await victim.hear(({ state }) => state === begun);
  }
  await delay(after); // The random moment of the kill.
  const state = stateOf(victim);
  if (victim.said.some(({ event, at }) => event === 'unwritten' && at >= began))
    faults.push('the page could not write before the kill');
  const outcome = await comeBack(scene, victim, {
    loss,
    key: undefined,
    share: 0,
    after,
    within,
    viaNode: true,
  });
  const devices = scene.simulator.phone.devices().length;
  if (devices !== 1) faults.push(`the phone lists ${devices} devices`);
  return { state, behind: outcome.behind, since: outcome.since, faults: [...faults, ...outcome.faults] };
}

/** Stops a session cleanly. Rejects if its process does not end before the patience of `hear`. */
async function stop(child: KeepingChild): Promise<void> {
  child.process.kill('SIGTERM');
  await child.hear(() => child.isGone());
}

function stateOf({ said }: KeepingChild): string {
  return said.findLast(({ state }) => state !== undefined)?.state ?? 'booting';
}

async function leftIn(directory: string, known: RegExp): Promise<readonly string[]> {
  const names = (await readdir(directory, { recursive: true })).filter((name) => !known.test(name));
  return names.map((name) => `${directory}/${name}`);
}

/** What a profile of Lightpanda consists of: one journal, the key, and the files from the network. */
const OWN = /^(journal|journal\/indexeddb-\d+-[0-9a-f]{8}\.log|seal\.key|http-cache(\/.*)?)$/;

/** In MB. More than what a journal may contain before it is rewritten. */
const GARBAGE = 12;
