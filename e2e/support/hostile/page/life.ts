import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createSession, type Session, type SessionState } from '@wakey/client';
import { defaultPolicy, type PageAdapter, type Policy } from '@wakey/core';
import { settled, steppedClock } from '@wakey/testkit';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { timersOf } from '../../../../packages/core/src/machine/clocks.ts';
import { makeLedger } from './ledger.ts';
import type { Act, Script } from './script.ts';
import { ownOrigin } from './site.ts';
import { makeWorld } from './world.ts';

/** The result of one session's run through a script. */
export interface Life {
  /** The broken promises, each in one sentence. */
  readonly broken: readonly string[];
  /** The states and the acts, in order. */
  readonly trail: readonly string[];
  readonly lines: readonly string[];
}

/** The parts that a test can break. */
export interface Parts {
  readonly adapter?: PageAdapter;
  /** Returns the clock that the session gets in place of the real one. */
  readonly tamper?: (clock: Clock) => Clock;
}

const same = (clock: Clock) => clock;

/** Links a session, runs it through a script, and starts it once more afterwards. */
export async function live(script: Script, { adapter = adapterOf(), tamper = same }: Parts = {}): Promise<Life> {
  const folder = await mkdtemp(join(tmpdir(), 'wakey-hostile-'));
  const clock = steppedClock();
  const ledger = makeLedger(clock.now);
  const world = makeWorld(clock, ledger);
  const broken: string[] = [];
  const trail: string[] = [];
  const stay = { key: '', since: clock.now() };
  const session = createSession({
    id: 'main',
    driver: world.driver,
    page: adapter,
    sessionsDir: folder,
    clock: tamper(clock),
    random: () => 0.5,
    log: (_, message, { event }) => {
      if (message !== 'event' || event !== 'erased') return;
      trail.push('[erased]');
      if (!ledger.mayErase()) broken.push('erased although no second document confirmed a logout');
      ledger.forget();
    },
  });
  const strange = (error: unknown) => broken.push(`uncaught: ${error}`);
  process.on('unhandledRejection', strange);
  session.on('state', ({ name }) => {
    if (trail.at(-1) !== name) trail.push(name);
  });

  /** Compares the session with the fake world at this moment. */
  function look(): void {
    const now = clock.now();
    world.look();
    const unusableFor = now - ledger.usableAt();
    const { state } = session;
    const key = keyOf(state);
    if (key !== stay.key) Object.assign(stay, { key, since: now });
    if (state.name === 'ready' && unusableFor > 2 * policy.heartbeat + slack) {
      broken.push(`ready although the page was not for ${unusableFor} ms`);
    }
    const limit = limitOf(state, stay.since);
    if (now - stay.since > limit + slack)
      broken.push(`${state.name} for ${now - stay.since} ms; its deadline is ${limit} ms`);
  }

  let seenName = '';
  let isEnding = false;
  /** Lets time pass. Waits while the session works on its files, because that takes real time. */
  async function pass(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const until = clock.now() + ms;
    for (let isRinging = true; isRinging && (broken.length === 0 || isEnding) && !isOver(); ) {
      const { name } = session.state;
      await filesOf(session);
      // The adapter reports an opened page only after a turn of the real clock.
      if (name !== seenName) await new Promise((resolve) => setTimeout(resolve, 2));
      seenName = name;
      isRinging = clock.step(until);
      await settled(4);
      look();
    }
  }

  async function act(what: Act): Promise<void> {
    trail.push(`[${what.type}]`);
    if (what.type === 'logout') {
      ledger.command();
      session.logout().catch(() => undefined);
    } else if (what.type === 'restart') {
      await stopped();
      session.start().catch(() => undefined);
    } else world.act(what);
  }

  async function stopped(): Promise<void> {
    const stop = session.stop();
    stop.catch(() => undefined);
    await pass(policy.saveTimeout + 3 * policy.stopTimeout, () => isRest(session.state));
    if (!isRest(session.state) && broken.length === 0) broken.push(`${session.state.name} after a stop`);
  }

  const isReady = () => session.state.name === 'ready';
  try {
    session.on('qr', () => {
      if (!trail.includes('ready')) clock.set(1_000, world.scan);
    });
    session.start().catch(() => undefined);
    await pass(60_000, isReady);
    if (!isReady() && broken.length === 0) broken.push(`not ready after a true link: ${session.state.name}`);
    for (const { after, act: what } of script.steps) {
      await pass(after);
      // If the session has ended, start it again, as a bot would.
      if (isRest(session.state)) session.start().catch(() => undefined);
      if (broken.length === 0) await act(what);
    }
    await pass(120_000);
    const wasErased = trail.includes('[erased]');
    world.makePeace();
    await stopped();
    if (world.isLinked() && !wasErased && broken.length === 0) {
      session.start().catch(() => undefined);
      await pass(180_000, isReady);
      if (!isReady() && broken.length === 0)
        broken.push(`the login was lost: ${JSON.stringify(session.state.name)} at the next start`);
      await stopped();
    }
  } finally {
    process.off('unhandledRejection', strange);
    isEnding = true;
    await stopped();
    await rm(folder, { recursive: true, force: true });
  }
  return { broken: [...new Set(broken)], trail, lines: ledger.lines };
}

/** The tolerance of the measured times, in ms: one reading may be late. */
const slack = 3_000;

const policy: Policy = defaultPolicy;

/** The real adapter, for the address of the fake site. */
export function adapterOf(): PageAdapter {
  return whatsappWeb({ url: `${ownOrigin}/`, random: () => 0.5 });
}

function isRest({ name }: SessionState): boolean {
  return name === 'stopped' || name === 'ended';
}

/** How long the state may last by its own timers, in ms. */
function limitOf(state: SessionState, since: number): number {
  const timers = timersOf(state, policy, since).filter(({ timer }) => timer !== 'heartbeat');
  if (state.name === 'ready' || timers.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(...timers.map(({ ms, spread = 0 }) => ms * (1 + spread)));
}

function keyOf(state: SessionState): string {
  const keys = timersOf(state, policy, 0).map(({ timer, key }) => `${timer} ${key}`);
  return `${state.name} ${'phase' in state ? state.phase : ''} ${keys.join()}`;
}

/** How long work on files may take, in real ms, before it counts as hanging. */
const filesMs = 20_000;

/** Waits while the session opens, erases, restores, saves or releases its files. Fake time must stand still meanwhile. */
async function filesOf(session: Session): Promise<void> {
  const started = performance.now();
  while (isOnFiles(session.state)) {
    if (performance.now() - started > filesMs) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await settled(4);
}

function isOnFiles(state: SessionState): boolean {
  if (state.name === 'starting') return state.phase !== 'navigating';
  if (state.name === 'backing-off') return !state.isBrowserGone;
  return state.name === 'stopping' && state.phase !== 'proving';
}
