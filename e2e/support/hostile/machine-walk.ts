import { defaultPolicy, type Event, initialState, type Policy, type State, transition } from '@wakey/core';
import fc from 'fast-check';
import { timersOf } from '../../../packages/core/src/machine/clocks.ts';
import { type Environment, environment, type StepKind } from './environment.ts';
import { asked, emptyLedger, heard, laws } from './machine-laws.ts';

/** The real machine, or a machine that a test has broken. */
export type Machine = typeof transition;

/** A random path: each step has a kind of event, and a number that picks one of the events that can come. */
export interface Path {
  readonly policy: Partial<Policy>;
  readonly steps: readonly (readonly [StepKind, number])[];
}

/** How often each kind of step comes, compared with the others. */
const often: { readonly [K in StepKind]: number } = { answer: 10, signal: 10, tick: 2, mishap: 1, command: 1 };
const kinds = Object.entries(often).flatMap(([kind, times]) => Array.from({ length: times }, () => kind as StepKind));

/** Paths of up to 400 steps, and policies with small limits. */
export const paths: fc.Arbitrary<Path> = fc.record({
  policy: fc.record({
    maxQr: fc.integer({ min: 0, max: 3 }),
    maxLinkCodes: fc.integer({ min: 0, max: 2 }),
    maxRestarts: fc.integer({ min: 0, max: 3 }),
    linkCodeFallback: fc.constantFrom('qr' as const, 'none' as const),
    takeover: fc.constantFrom('never' as const, 'once' as const, 'always' as const),
  }),
  steps: fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat({ max: 9_999 })), {
    maxLength: 400,
    size: 'max',
  }),
});

/** Sends a path's events through the machine until a law breaks. Returns the broken laws, each with the events before it. */
export function walk({ policy: given, steps }: Path, machine: Machine = transition): readonly string[] {
  const policy: Policy = { ...defaultPolicy, ...given };
  const world = environment();
  const seen: string[] = [];
  let ledger = emptyLedger;
  let state: State = initialState;
  let at = 1_000_000;

  function take(event: Event): readonly string[] {
    const from = state;
    const result = machine(from, event, policy);
    seen.push(nameOf(event));
    state = result.state;
    world.hear(event);
    const known = heard(ledger, event, result);
    const stride = { ...result, from, event, policy, ledger: known, world };
    const broken = Object.entries(laws).flatMap(([law, isBroken]) => (isBroken(stride) ? [law] : []));
    ledger = asked(known, result.effects);
    world.perform(result.effects);
    return hasRightTimers(state, policy, world) ? broken : [...broken, 'runs exactly the timers that the state needs'];
  }

  for (const [kind, pick] of steps) {
    const offer = world.offers()[kind];
    const chosen = offer[pick % offer.length];
    if (chosen === undefined) continue;
    at += 1 + (pick % 500);
    const broken = take({ ...chosen, at } as Event);
    if (broken.length > 0) return broken.map((law) => tale(law, seen, state));
  }
  return rests(state, policy, machine) ? [] : [tale('is stopped or ended after a stop', seen, state)];
}

function tale(law: string, seen: readonly string[], state: State): string {
  return `${law}: ${seen.join(' ')} → ${JSON.stringify(state)}`;
}

/** Whether a stop leads to `stopped` or `ended` although no effect reports an outcome. */
function rests(from: State, policy: Policy, machine: Machine): boolean {
  let state = machine(from, { type: 'stop', at: 0 }, policy).state;
  for (let phase = 0; phase < 6 && state.name !== 'stopped' && state.name !== 'ended'; phase += 1) {
    state = machine(state, { type: 'clock', timer: 'deadline', at: 0 }, policy).state;
  }
  return state.name === 'stopped' || state.name === 'ended';
}

function hasRightTimers(state: State, policy: Policy, world: Environment): boolean {
  const needed = timersOf(state, policy, 0).map(({ timer }) => timer);
  const armed = world.armed();
  return needed.length === armed.size && needed.every((timer) => armed.has(timer));
}

function nameOf(event: Event): string {
  const { type, at, ...rest } = event;
  const facts = Object.values(rest).map((value) => (typeof value === 'object' ? '…' : String(value)));
  return facts.length === 0 ? type : `${type}(${facts.join(',')})`;
}
