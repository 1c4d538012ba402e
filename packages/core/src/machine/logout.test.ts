import { describe, expect, it } from 'vitest';
import { follow, open, qr, ready } from './following.js';

const gone = (document: number) => ({ type: 'logged-out', by: 'phone', document }) as const;
const linked = [...open, qr('one'), { type: 'linking' }, { type: 'connecting' }, ready] as const;
const resumed = [open[0], { type: 'workspace-opened', linked: true, canRestore: false }, ...open.slice(2)] as const;
const closed = { type: 'browser-closed' } as const;

describe('a logout that nobody here asked for', () => {
  it('is looked at once more in a document that is loaded afresh, before anything is believed', () => {
    const first = follow([...linked, gone(1)]);
    expect(first.state).toMatchObject({ name: 'verifying-logout', document: 1 });
    expect(first.effects).toContain('command-page');
    expect(first.effects).not.toContain('erase');
    expect(follow([gone(1), qr('two'), { type: 'unpaired' }], {}, first.state).state).toBe(first.state);
    const second = follow([gone(2), closed], {}, first.state);
    expect(second.state).toMatchObject({ phase: 'erasing', goal: { reason: 'logged-out-by-phone' } });
    expect(second.effects).toContain('erase');
  });

  it.each([
    ['connects', { type: 'connecting' }],
    ['syncs', { type: 'syncing', percent: 3 }],
    ['is ready', ready],
  ] as const)('is disproved by a device that %s, and costs nothing', (_, event) => {
    const { state, notices, effects } = follow([...linked, gone(1), event]);
    expect(state).toMatchObject({ name: 'resuming', run: { isLinked: true, isProven: true } });
    expect(notices.at(-1)).toMatchObject({ type: 'warning' });
    expect(effects).not.toContain('erase');
    expect(follow([ready], {}, state).state).toMatchObject({ name: 'ready', run: { isDoubted: false } });
  });

  it('is not taken for a command of ours because the page says so', () => {
    const ours = (document: number) => ({ type: 'logged-out', by: 'us', document }) as const;
    const { state, erasures } = follow([...linked, ours(1), ours(2), closed]);
    expect(state).toMatchObject({ goal: { reason: 'logged-out-by-page' } });
    expect(erasures).toEqual(['newest']);
  });

  it('saves nothing of a page that announced it', () => {
    expect(follow([...linked, gone(1), { type: 'stop' }, closed]).effects).not.toContain('save');
  });

  it.each([
    ['is not loaded in time', { type: 'clock', timer: 'deadline' }],
    ['cannot be loaded afresh', { type: 'page-command-failed', command: 'reload', detail: 'refused' }],
    ['is lost', { type: 'browser-lost', detail: 'killed' }],
    ['gives way to another page', { type: 'page-refused', reason: 'page-foreign', detail: 'a portal' }],
  ] as const)('is looked at again from the start when the page %s', (_, event) => {
    const { state, effects } = follow([...linked, gone(1), event]);
    expect(state).toMatchObject({ name: 'backing-off', run: { isLinked: true } });
    expect(effects).not.toContain('erase');
  });

  it('leads to a new code where the credentials were dead at the start', () => {
    const { state, notices } = follow([...resumed, gone(1), gone(2)]);
    expect(state).toMatchObject({ phase: 'clearing', isFresh: true, run: { why: 'unlinked-while-away' } });
    expect(notices).toContainEqual({ type: 'rescan', why: 'unlinked-while-away' });
  });

  it('speaks of the backup alone, where an older one is in place: the next older one is tried, and nothing is erased', () => {
    const restorable = [
      open[0],
      { type: 'workspace-opened', linked: true, canRestore: true },
      ...open.slice(2),
    ] as const;
    const restored = { type: 'restored', generation: 7, quarantine: null, damaged: [] } as const;
    const older = follow([...restorable, { type: 'unpaired' }, closed, restored, ...open.slice(2)]).state;
    const refused = follow([gone(1), gone(2)], {}, older);
    expect(refused.state).toMatchObject({ phase: 'clearing', isFresh: false, recovery: 'credentials-lost' });
    expect(refused.effects).not.toContain('erase');
  });

  it('makes a page that announces one after another a stuck page', () => {
    const round = (document: number) => [gone(document), { type: 'connecting' }] as const;
    const many = Array.from({ length: 8 }, (_, turn) => round(turn + 1)).flat();
    const { state, effects } = follow([...linked, ...many], { maxRestarts: 3 });
    expect(state).toMatchObject({ goal: { reason: 'page-stuck' } });
    expect(effects).not.toContain('erase');
  });
});

describe('a circle', () => {
  it('ends once the profile was erased maxRounds times without reaching ready, and says what was tried', () => {
    const turn = [closed, { type: 'erased' }, ...open.slice(2), { type: 'connecting' }, gone(1), gone(2)] as const;
    const turns = Array.from({ length: 10 }, () => turn).flat();
    const { state } = follow([...resumed, gone(1), gone(2), ...turns], { maxRounds: 3 });
    expect(state.name === 'stopping' && state.goal).toMatchObject({ reason: 'page-stuck' });
    expect(state.name === 'stopping' && 'detail' in state.goal && state.goal.detail).toContain('3 times');
  });
});

describe('a save', () => {
  const settle = { type: 'clock', timer: 'settle' } as const;
  const due = { type: 'clock', timer: 'save' } as const;

  it('waits for a reading that proves ready once more', () => {
    const asked = follow([...linked, settle]);
    expect(asked.effects).not.toContain('save');
    expect(asked.effects).toContain('read-page');
    const saved = follow([ready], {}, asked.state);
    expect(saved.effects).toContain('save');
    const unread = follow([due, due, { type: 'read-failed', detail: 'timeout' }], {}, saved.state);
    expect(unread.effects).not.toContain('save');
    expect(unread.state.name).toBe('interrupted');
  });

  it('is not made twice of one proof, at a stop either', () => {
    const saved = follow([...linked, settle, ready]).state;
    const stopped = follow([{ type: 'stop' }], {}, saved);
    expect(stopped.state).toMatchObject({ name: 'stopping', phase: 'proving' });
    expect(stopped.effects).toContain('read-page');
    expect(follow([ready, closed], {}, stopped.state).effects).toContain('save');
    expect(follow([{ type: 'read-failed', detail: '' }, closed], {}, stopped.state).effects).not.toContain('save');
    expect(follow([{ type: 'clock', timer: 'deadline' }, closed], {}, stopped.state).effects).not.toContain('save');
  });
});
