import { beforeAll, describe, expect, it } from 'vitest';
import { timersOf } from './clocks.js';
import { diagram } from './diagram.js';
import { reasons } from './ending.js';
import type { Event } from './event.js';
import { type Edge, type Exploration, effectsOf, explore, keyOf } from './exploration.js';
import { commonEvents, ephemeralEvents, keepingEvents, linkingEvents, renewalEvents } from './exploration-events.js';
import { isRest, lawsUnder } from './laws.js';
import { transition } from './machine.js';
import { defaultPolicy, type Policy } from './policy.js';
import type { State } from './state.js';

const smallest = { maxQr: 1, maxLinkCodes: 1, maxRestarts: 0, maxRounds: 1, takeover: 'never' } as const;

/**
 * Each exploration omits events that the others cover, or uses smaller limits. Together they cover everything in a time that
 * a test may take.
 */
const explorations: readonly (readonly [Policy, readonly Event[]])[] = [
  [{ ...defaultPolicy, ...smallest, maxQr: 2, maxLinkCodes: 2 }, linkingEvents()],
  [{ ...defaultPolicy, ...smallest, maxRestarts: 1, maxRounds: 2, takeover: 'once' }, keepingEvents()],
  [{ ...defaultPolicy, ...smallest, linkCodeFallback: 'none' }, commonEvents()],
  [{ ...defaultPolicy, ...smallest }, ephemeralEvents()],
  [{ ...defaultPolicy, ...smallest }, renewalEvents()],
];

const drawing = diagram();

describe('the machine, explored exhaustively', () => {
  const broken = new Map<string, string>();
  const subjects = new Set<string>();
  const endings = new Set<string>();
  const walked: (readonly [Policy, Exploration])[] = [];

  beforeAll(() => {
    for (const [policy, events] of explorations) {
      const laws = Object.entries(lawsUnder(policy));
      const visit = (edge: Edge) => {
        drawing.add(edge);
        for (const { type } of edge.effects) subjects.add(type);
        if (edge.state.name === 'ended') endings.add(edge.state.reason);
        for (const [law, isBroken] of laws) {
          if (isBroken(edge) && !broken.has(law)) broken.set(law, show(edge));
        }
      };
      walked.push([policy, explore(policy, events, visit)]);
    }
  }, 900_000);

  /** The states of all explorations for which `isWrong` holds, by name. */
  const failing = (isWrong: (state: State, policy: Policy) => boolean) =>
    walked.flatMap(([policy, { states }]) => states.filter((state) => isWrong(state, policy)).map(({ name }) => name));

  it.each(Object.keys(lawsUnder(defaultPolicy)))('%s', (law) => {
    expect(broken.get(law)).toBeUndefined();
  });

  it('meets every effect, so that no law holds only because its case is missing', () => {
    expect([...subjects].sort()).toEqual([
      'arm',
      'close-browser',
      'command-page',
      'disarm',
      'erase',
      'launch-browser',
      'mark-linked',
      'mark-lost',
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
    expect(new Set(failing(() => true)).size).toBe(17);
  });

  it('reaches every ending', () => {
    // This ending comes only as the outcome of an effect that carries the reason.
    const all = Object.keys(reasons).filter((reason) => reason !== 'browser-older');
    expect(all.filter((reason) => !endings.has(reason))).toEqual([]);
  });

  it('has a timer that ends the wait in every state but ready', () => {
    expect(failing((state, policy) => !isRest(state) && !endsByItself(state, policy))).toEqual([]);
  });

  it('can reach stopped or ended from every state', () => {
    for (const [, { states, sources }] of walked) {
      const places = states.flatMap((state, place) => (isRest(state) ? [place] : []));
      const reached = new Set(places);
      for (const place of reached) for (const from of sources[place] ?? []) reached.add(from);
      expect(states.length - reached.size).toBe(0);
    }
  });

  it('reaches stopped or ended after a stop although no effect ever reports an outcome', () => {
    const isStuck = (state: State, policy: Policy) => {
      let at: State = transition(state, { type: 'stop', at: 0 }, policy).state;
      for (let phase = 0; phase < 6 && !isRest(at); phase += 1) {
        at = transition(at, { type: 'clock', timer: 'deadline', at: 0 }, policy).state;
      }
      return !isRest(at);
    };
    expect(failing(isStuck)).toEqual([]);
  });

  it('matches docs/state-machine.md', async () => {
    await expect(drawing.draw()).toMatchFileSnapshot('../../../../docs/state-machine.md');
  });
});

describe('the law of erasing', () => {
  // Every page signal and every outcome of an effect, except a second document that confirms a logout.
  const unconfirmed = keepingEvents().filter((event) => {
    if (event.type === 'logged-out') return event.document === 1;
    return event.type !== 'logout' && event.type !== 'relink';
  });
  const erasures = (step: typeof transition) => {
    const found: string[] = [];
    const policy = { ...defaultPolicy, ...smallest };
    explore(policy, unconfirmed, (edge) => void (effectsOf(edge, 'erase').length > 0 && found.push(show(edge))), step);
    return found;
  };

  it('lets no sequence of page signals erase without a second document that confirms the logout', () => {
    expect(erasures(transition)).toEqual([]);
  });

  it('detects a machine that believes the first document', () => {
    const credulous: typeof transition = (state, event, policy) => {
      const first = transition(state, event, policy);
      if (event.type !== 'logged-out' || first.state.name !== 'verifying-logout') return first;
      return transition(first.state, { ...event, document: event.document + 1 }, policy);
    };
    expect(erasures(credulous)).not.toEqual([]);
  });
});

function endsByItself(state: State, policy: Policy): boolean {
  if (state.name === 'ready') return true;
  return timersOf(state, policy, 0).some(({ timer }) => {
    const next = transition(state, { type: 'clock', timer, at: 0 }, policy).state;
    return keyOf(next, policy) !== keyOf(state, policy);
  });
}

function show(edge: Edge): string {
  return `${JSON.stringify(edge.from)} + ${JSON.stringify(edge.event)} → ${JSON.stringify(edge.state)}`;
}
