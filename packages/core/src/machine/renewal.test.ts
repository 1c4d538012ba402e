import { describe, expect, it } from 'vitest';
import { follow, open, ready, type Timeless } from './following.js';

const settled = [
  ...open,
  ...([{ type: 'linking' }, ready, { type: 'clock', timer: 'settle' }, ready] as const),
  ...([{ type: 'saved', generation: 1 }, ready] as const),
] as const;
const due = { type: 'renewal-due', memory: 300, baseline: 100 } as const;
const again = [{ type: 'browser-closed' }, { type: 'browser-launched' }, { type: 'page-opened' }, ready] as const;

describe('a renewal of the browser', () => {
  it('ends the browser of a settled session, starts another on the same profile, and is ready again without a code', () => {
    const before = follow(settled).state;
    const ending = follow([due], {}, before);
    expect(ending.state).toMatchObject({ name: 'starting', phase: 'clearing', recovery: null, isFresh: false });
    expect(ending.notices).toEqual([{ type: 'renewing', memory: 300, baseline: 100 }]);
    expect(ending.effects).toContain('close-browser');
    expect(ending.effects).not.toContain('launch-browser');
    const renewed = follow(again, {}, ending.state);
    expect(renewed.effects.filter((type) => /launch|erase|restore|save/.test(type))).toEqual(['launch-browser']);
    expect(renewed.notices).toMatchObject([{ type: 'ready', how: 'reconnected', from: 'live' }]);
  });

  it('costs no try, and is not reported as a restart', () => {
    const { state, notices } = follow([...settled, due, ...again]);
    expect(state).toMatchObject({ name: 'ready', run: { attempt: 0, crashes: 0, stalls: 0, rounds: 0 } });
    expect(notices.map(({ type }) => type)).not.toContain('restarting');
  });

  it('does not happen twice within renewEvery', () => {
    const renewed = follow([...settled, due, ...again, ...settled.slice(-4)]).state;
    const early = follow([{ ...due, at: 599_999 }], {}, renewed);
    expect(early.state).toBe(renewed);
    expect(follow([{ ...due, at: 600_000 }], {}, renewed).state).toMatchObject({ name: 'starting', phase: 'clearing' });
    expect(follow([{ ...due, at: 5_000 }], { renewEvery: 5_000 }, renewed).state.name).toBe('starting');
  });

  it.each([
    ['is not settled', [...open, { type: 'linking' }, ready]],
    ['is about to save', [...settled, { type: 'clock', timer: 'save' }]],
    ['was not proved ready since the last save', [...settled, { type: 'saved', generation: 2 }]],
    ['links', [...open, { type: 'linking' }]],
    ['syncs', [...settled, { type: 'readiness', missing: ['synced'] }]],
    ['is interrupted', [...settled, { type: 'offline', cause: 'network' }]],
    ['logs out', [...settled, { type: 'logout' }]],
    ['stops', [...settled, { type: 'stop' }]],
    ['is stopped', []],
    ['is ephemeral', [open[0], { ...open[1], isEphemeral: true }, ...settled.slice(2)]],
  ] as readonly (readonly [string, readonly Timeless[]])[])('does not begin while the session %s', (_, events) => {
    const { state } = follow(events);
    expect(follow([due], {}, state).state).toBe(state);
  });

  it('can be stopped while it runs, and the stop saves what was proved before it', () => {
    const renewing = follow([...settled, due]).state;
    const stopping = follow([{ type: 'stop' }, { type: 'browser-closed' }], {}, renewing);
    expect(stopping.state).toMatchObject({ name: 'stopping', phase: 'saving' });
    expect(stopping.effects).not.toContain('launch-browser');
  });

  it('erases and launches once when relink is called while it runs', () => {
    const { effects } = follow([...settled, due, { type: 'relink' }, { type: 'browser-closed' }, { type: 'erased' }]);
    expect(effects.filter((type) => type === 'erase')).toHaveLength(1);
    expect(effects.filter((type) => type === 'launch-browser')).toHaveLength(2);
  });

  it('is a crash only if the next browser does not start', () => {
    const { state, notices } = follow([
      ...settled,
      due,
      { type: 'browser-closed' },
      { type: 'browser-refused', reason: 'browser-failed', detail: 'died' },
    ]);
    expect(state).toMatchObject({ name: 'backing-off', run: { crashes: 1, login: { is: 'held' } } });
    expect(notices.at(-1)).toMatchObject({ type: 'restarting' });
  });
});
