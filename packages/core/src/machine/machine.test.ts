import { beforeAll, describe, expect, it } from 'vitest';
import { clocksOf } from './clocks.js';
import { diagram } from './diagram.js';
import { credentialsAfter } from './ending.js';
import { type Edge, type Exploration, effectsOf, explore, keyOf } from './exploration.js';
import { everyEvent } from './exploration-events.js';
import { isCommand, transition } from './machine.js';
import { defaultPolicy, type Policy } from './policy.js';
import type { State } from './state.js';

const policy: Policy = { ...defaultPolicy, maxQr: 2, maxLinkCodes: 2, maxRestarts: 1 };
const drawing = diagram();

/** What must never be seen on any edge. */
const laws = {
  'refuses only commands': ({ outcome, event }) => outcome === 'refused' && !isCommand(event),
  'ignores only what is no command': ({ outcome, event }) => outcome === 'ignored' && isCommand(event),
  'changes nothing when it refuses or ignores': (edge) =>
    edge.outcome !== 'taken' && (edge.state !== edge.from || edge.effects.some(({ type }) => type !== 'arm')),
  'keeps armed exactly the timers the state needs': (edge) => !hasRightTimers(edge),
  'emits no more than maxQr codes': (edge) =>
    notices(edge, 'qr').some(({ seq, remaining }) => seq > policy.maxQr || remaining < 0),
  'emits no code twice in a row': (edge) =>
    notices(edge, 'qr').some(({ qr }) => 'qr' in edge.from && edge.from.qr.reveal() === qr.reveal()),
  'asks for no more than maxLinkCodes': (edge) =>
    notices(edge, 'link-code').some(({ attempt }) => attempt > policy.maxLinkCodes),
  'saves nothing as good before ready': (edge) =>
    effectsOf(edge, 'save').length > 0 && edge.from.name !== 'ready' && !('run' in edge.from && edge.from.run.isProven),
  'erases only for the reasons listed for it': (edge) => effectsOf(edge, 'erase').length > 0 && !mayErase(edge.from),
  'starts no browser while another may be alive': (edge) =>
    effectsOf(edge, 'launch-browser').length > 0 && !mayLaunch(edge),
  'replaces no profile while a browser may be alive on it': (edge) =>
    effectsOf(edge, 'restore').length > 0 && !mayRestore(edge),
  'asks for no code while a kept generation was not tried': (edge) =>
    'run' in edge.from && edge.from.run.isLinked && edge.from.run.canRestore && asksForCode(edge),
  'gives the lock back, unless the browser’s end is unconfirmed': (edge) => isRest(edge.state) && !restsRightly(edge),
  'says ready only on a readiness with nothing missing': ({ from, state, event }) =>
    from.name !== 'ready' && state.name === 'ready' && !(event.type === 'readiness' && event.missing.length === 0),
  'shows no code after its expiry': ({ from, state, event }) =>
    event.type === 'clock' && event.timer === 'expiry' && from.name === 'awaiting-qr' && state.name === 'awaiting-qr',
} as const satisfies Record<string, (edge: Edge) => boolean>;

describe('the machine, explored exhaustively', () => {
  const broken = new Map<string, string>();
  const subjects = new Set<string>();
  const endings = new Set<string>();
  let exploration: Exploration;

  beforeAll(() => {
    const visit = (edge: Edge) => {
      drawing.add(edge);
      for (const { type } of edge.effects) subjects.add(type);
      if (edge.state.name === 'ended') endings.add(edge.state.reason);
      for (const [law, isBroken] of Object.entries(laws)) {
        if (!broken.has(law) && isBroken(edge)) broken.set(law, show(edge));
      }
    };
    exploration = explore(policy, everyEvent(), visit);
    explore({ ...policy, linkCodeFallback: 'none', takeover: 'never' }, everyEvent(), visit);
  }, 120_000);

  it.each(Object.keys(laws))('%s', (law) => {
    expect(broken.get(law)).toBeUndefined();
  });

  it('has met every effect, so that no law holds for want of a case', () => {
    expect([...subjects].sort()).toEqual([
      'arm',
      'close-browser',
      'command-page',
      'disarm',
      'erase',
      'launch-browser',
      'mark-linked',
      'notify',
      'open-page',
      'open-workspace',
      'read-page',
      'release',
      'restore',
      'save',
    ]);
  });

  it('reaches every state', () => {
    expect(new Set([...exploration.states.values()].map(({ name }) => name)).size).toBe(16);
  });

  it('reaches every ending', () => {
    // These come only as the outcome of an effect, with the reason in it.
    const reported = new Set(['browser-unsuitable', 'browser-older']);
    const all = Object.keys(credentialsAfter).filter((reason) => !reported.has(reason));
    expect(all.filter((reason) => !endings.has(reason))).toEqual([]);
  });

  it('has a timer that ends the wait in every state but ready', () => {
    const endless = [...exploration.states.values()].filter((state) => !isRest(state) && !endsByItself(state));
    expect(endless.map(({ name }) => name)).toEqual([]);
  });

  it('can reach rest from everywhere', () => {
    const reached = new Set([...exploration.states].filter(([, state]) => isRest(state)).map(([key]) => key));
    for (const key of reached) for (const from of exploration.sources.get(key) ?? []) reached.add(from);
    expect(exploration.states.size - reached.size).toBe(0);
  });

  it('rests after a stop although no effect ever answers', () => {
    const stuck = [...exploration.states.values()].filter((state) => {
      let at: State = transition(state, { type: 'stop', at: 0 }, policy).state;
      for (let phase = 0; phase < 5 && !isRest(at); phase += 1) {
        at = transition(at, { type: 'clock', timer: 'deadline', at: 0 }, policy).state;
      }
      return !isRest(at);
    });
    expect(stuck.map(({ name }) => name)).toEqual([]);
  });

  it('is what docs/state-machine.md shows', async () => {
    await expect(drawing.draw()).toMatchFileSnapshot('../../../../docs/state-machine.md');
  });
});

function isRest({ name }: State): boolean {
  return name === 'stopped' || name === 'ended';
}

function hasRightTimers(edge: Edge): boolean {
  const armed = new Set(clocksOf(edge.from, policy, 0).map(({ timer }) => timer));
  // The runtime sends no tick of a timer that is not armed.
  if (edge.event.type === 'clock' && !armed.delete(edge.event.timer)) return true;
  for (const { timer } of effectsOf(edge, 'disarm')) armed.delete(timer);
  for (const { timer } of effectsOf(edge, 'arm')) armed.add(timer);
  const needed = clocksOf(edge.state, policy, 0).map(({ timer }) => timer);
  return needed.length === armed.size && needed.every((timer) => armed.has(timer));
}

function mayErase(from: State): boolean {
  if (from.name === 'stopping') return from.goal.name === 'ended' && credentialsAfter[from.goal.reason] === 'erased';
  if (from.name !== 'starting' || !from.isFresh) return false;
  return ['relink', 'unlinked-while-away', 'link-failed'].includes(from.run.why);
}

function mayLaunch({ from, event }: Edge): boolean {
  if (from.name === 'starting') {
    if (from.phase === 'restoring') return event.type === 'restored' || event.type === 'nothing-to-restore';
    return event.type === 'workspace-opened' || event.type === 'erased';
  }
  return from.name === 'backing-off' && (from.isBrowserGone || event.type === 'browser-closed');
}

function mayRestore({ from, event }: Edge): boolean {
  if (from.name !== 'starting') return false;
  return from.phase === 'opening' ? event.type === 'workspace-opened' : event.type === 'browser-closed';
}

/** The store that has just said that nothing is left has been tried. */
function asksForCode(edge: Edge): boolean {
  if (edge.event.type === 'nothing-to-restore') return false;
  const isRescan = notices(edge, 'rescan').some(({ why }) => why === 'credentials-lost');
  return isRescan || notices(edge, 'qr').length > 0 || notices(edge, 'link-code').length > 0;
}

function restsRightly({ from, state }: Edge): boolean {
  if (isRest(from)) return true;
  const isReleased = from.name === 'stopping' && from.phase === 'releasing';
  return state.name === 'ended' && state.reason === 'browser-unkillable' ? !isReleased : isReleased;
}

function endsByItself(state: State): boolean {
  if (state.name === 'ready') return true;
  return clocksOf(state, policy, 0).some(({ timer }) => {
    const next = transition(state, { type: 'clock', timer, at: 0 }, policy).state;
    return keyOf(next, policy) !== keyOf(state, policy);
  });
}

function notices<T extends string>(edge: Edge, type: T) {
  return effectsOf(edge, 'notify').flatMap(({ notice }) => (isOf(notice, type) ? [notice] : []));
}

function isOf<N extends { readonly type: string }, T extends string>(
  notice: N,
  type: T,
): notice is Extract<N, { type: T }> {
  return notice.type === type;
}

function show(edge: Edge): string {
  return `${JSON.stringify(edge.from)} + ${JSON.stringify(edge.event)} → ${JSON.stringify(edge.state)}`;
}
