import { existsSync, watch } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Simulator, startSimulator } from '@wakey/simulator';
import { makeFolder } from '../folder.ts';
import { killAll, processesNaming } from '../processes.ts';
import { type KeepingChild, type Said, startKeepingChild } from './keeping-child.ts';
import { leftBehind, lookAtKept, noProcess } from './kept.ts';
import type { Target, victims } from './targets.ts';

/** A session that a proof kills again and again, and that has to recover each time. */
export interface Victim {
  /** Brings the session to an activity, and resolves in the middle of it: at the share `at` (0 to 1) of the time that it took before. */
  goTo(target: Target, at: number): Promise<void>;
  /** Kills the browser, Node or both, and returns what the session was doing. */
  kill(victim: (typeof victims)[number]): Promise<string>;
  /** Checks the backups, if no process can change them any more. */
  look(): Promise<void>;
  /** Waits until the session is ready again, which must need no code. */
  recover(): Promise<void>;
  /** Stops the session cleanly, and checks that no process and no file is left. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Links a session with a simulator of its own. */
export async function openVictim(seed: number): Promise<Victim> {
  const simulator = await startSimulator({ speed: 20 });
  const folder = await makeFolder();
  const sessionsDir = join(folder.path, 'sessions');
  let starts = 0;
  let child: KeepingChild | undefined;
  /** Whether the session has reported that it is linked. From then on it must not need a code. */
  let isLinked = false;
  let hasKept = false;
  let from = 0;

  const start = () => {
    starts += 1;
    from = 0;
    child = startKeepingChild({ url: simulator.url, sessionsDir, seed: seed * 1_000 + starts });
    return child;
  };
  const running = () => (child === undefined || child.isGone() ? start() : child);
  const stop = async () => {
    if (child === undefined || child.isGone()) return;
    child.process.kill('SIGTERM');
    await child.gone;
    if (child.process.exitCode !== 0) throw new Error(`The session did not stop cleanly: ${child.tail()}`);
    await noProcess(sessionsDir);
    const wasReady = child.said.some(isReady);
    const { good } = await lookAtKept(sessionsDir, join(folder.path, 'looks'));
    if (wasReady && good.length === 0)
      throw new Error(`A session that was ready has no backup after its stop: ${child.tail()}`);
    const left = await leftBehind(sessionsDir);
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}; ${child.tail()}`);
  };
  const lasts = new Map<Target, number>();
  const wait = (target: Target, at: number) => delay((lasts.get(target) ?? usual[target]) * at);

  const ways: { readonly [T in Target]: (at: number) => Promise<void> } = {
    async link(at) {
      await stop();
      await rm(join(sessionsDir, 'main'), { recursive: true, force: true });
      for (const { id } of simulator.phone.devices()) simulator.phone.unlink(id);
      isLinked = false;
      hasKept = false;
      await scan(simulator, start());
      await wait('link', at);
    },
    copy: async (at) => {
      const current = running();
      await readyFor(current);
      await appears(join(sessionsDir, 'main'), 'scratch', current);
      await wait('copy', at);
    },
    pack: (at) => step('pack', at),
    write: (at) => step('write', at),
    rotate: (at) => step('rotate', at),
    async restore(at) {
      await stop();
      await lose(join(sessionsDir, 'main', 'profile'), at);
      await start().hear((line) => line.step === 'restore');
      await wait('restore', (at * 7) % 1);
    },
    async stop(at) {
      const current = running();
      await readyFor(current);
      current.process.kill('SIGTERM');
      await current.hear(({ state }) => state === 'stopping');
      await wait('stop', at);
    },
  };
  const step = async (name: 'pack' | 'write' | 'rotate', at: number) => {
    const current = running();
    await readyFor(current);
    await current.hear((line) => line.step === name, current.said.length);
    await wait(name, at);
  };
  const readyFor = (current: KeepingChild) => current.hear(isReady, from);

  await ways.link(1);
  await running().hear(isReady);
  isLinked = true;
  return {
    goTo: (target, at) => ways[target](at),
    async kill(victim) {
      if (child === undefined) throw new Error('There is nothing to kill.');
      const doing = child.doing();
      for (const [target, lasted] of spansOf(child.said)) lasts.set(target, lasted);
      const after = child.said.length;
      const { pid } = child.process;
      const browsers = processesNaming(sessionsDir).filter((one) => one !== pid);
      // If no browser runs, the proof can only kill Node.
      const isNode = victim !== 'browser' || browsers.length === 0;
      if (victim !== 'node') killAll(browsers);
      if (isNode) child.process.kill('SIGKILL');
      if (isNode || doing.startsWith('stop')) await child.gone;
      else from = after;
      isLinked ||= child.said.some(({ event, state }) => event === 'linked' || state === 'ready');
      hasKept ||= child.said.some(({ event }) => event === 'saved');
      return isNode ? child.doing() : doing;
    },
    async look() {
      // A running session still changes its backups.
      if (child?.isGone() !== true) return;
      const { good, warnings } = await lookAtKept(sessionsDir, join(folder.path, 'looks'));
      if (hasKept && good.length === 0) throw new Error(`No intact backup is left: ${warnings.join('; ')}`);
      if (warnings.length > 0) throw new Error(`A backup is damaged: ${warnings.join('; ')}`);
    },
    async recover() {
      const current = running();
      const hasCode = () => current.said.slice(from).some(({ qr }) => qr !== undefined);
      await current.hear((line) => isReady(line) || line.qr !== undefined || line.state === 'ended', from);
      if (hasCode() && !isLinked) {
        // The kill came before the session was linked, so the phone may list a device that no session has.
        for (const { id } of simulator.phone.devices()) simulator.phone.unlink(id);
        await scan(simulator, current);
        await current.hear(isReady, from);
      }
      if (!current.said.slice(from).some(isReady) || (isLinked && hasCode())) {
        throw new Error(`The session did not resume by itself: ${current.tail()}`);
      }
      isLinked = true;
      const devices = simulator.phone.devices().length;
      if (devices !== 1) throw new Error(`The phone lists ${devices} devices: ${current.tail()}`);
    },
    finish: stop,
    async close() {
      killAll(processesNaming(sessionsDir));
      await simulator.close();
      await folder.remove();
    },
  };
}

/** How long each finished activity took, in ms. */
function spansOf(said: readonly Said[]): ReadonlyMap<Target, number> {
  const spans = new Map<Target, number>();
  for (const [target, begins, ends] of bounds) {
    const first = said.findLastIndex((line) => begins(line));
    const last = said.findIndex((line, at) => at > first && ends(line));
    if (first !== -1 && last !== -1) spans.set(target, (said[last]?.at ?? 0) - (said[first]?.at ?? 0));
  }
  return spans;
}

const bounds: readonly (readonly [Target, (line: Said) => boolean, (line: Said) => boolean])[] = [
  ['link', ({ qr }) => qr !== undefined, ({ state }) => state === 'ready'],
  ['pack', ({ step }) => step === 'pack', ({ step }) => step !== undefined],
  ['write', ({ step }) => step === 'write', ({ step }) => step !== undefined],
  ['rotate', ({ step }) => step === 'rotate', ({ step }) => step !== undefined],
  ['restore', ({ step }) => step === 'restore', ({ step }) => step !== undefined],
  ['stop', ({ state }) => state === 'stopping', ({ state }) => state === 'stopped'],
];

/** How long each activity usually takes, in ms, until the session has finished one. */
const usual: { readonly [T in Target]: number } = {
  link: 800,
  copy: 60,
  pack: 60,
  write: 60,
  rotate: 40,
  restore: 300,
  stop: 1_200,
};

const isReady = ({ state }: Said) => state === 'ready';

async function scan(simulator: Simulator, child: KeepingChild): Promise<void> {
  await child.hear(({ qr }) => qr !== undefined);
  const text = child.said.findLast(({ qr }) => qr !== undefined)?.qr ?? '';
  // The session may be killed during the scan, so only its own lines show the result.
  simulator.phone.scan(text).catch(() => undefined);
}

/** Removes the profile or its databases, or damages a database. */
async function lose(profile: string, at: number): Promise<void> {
  const databases = join(profile, 'Default', 'IndexedDB');
  if (at < 1 / 3) return rm(profile, { recursive: true });
  if (at < 2 / 3) return rm(databases, { recursive: true });
  const [site = ''] = await readdir(databases);
  return writeFile(join(databases, site, 'CURRENT'), 'MANIFEST-999999\n');
}

/** Resolves once a file or directory of that name appears. */
function appears(directory: string, name: string, child: KeepingChild): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(directory, (_, file) => {
      if (file !== name || !existsSync(join(directory, name))) return;
      watcher.close();
      resolve();
    });
    void child.gone.then(() => {
      watcher.close();
      reject(new Error(`The process ended: ${child.tail()}`));
    });
  });
}
