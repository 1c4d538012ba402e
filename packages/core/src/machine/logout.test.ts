import { describe, expect, it } from 'vitest';
import { follow, open, qr, ready } from './following.js';

const gone = (document: number) => ({ type: 'logged-out', by: 'phone', document }) as const;
const linked = [...open, qr('one'), { type: 'linking' }, { type: 'connecting' }, ready] as const;
const resumed = [open[0], { type: 'workspace-opened', linked: true, canRestore: false }, ...open.slice(2)] as const;
const closed = { type: 'browser-closed' } as const;

describe('a logout that this program did not request', () => {
  it('is checked in a second document before the machine believes it', () => {
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
  ] as const)('is disproved by a device that %s, and the login stays', (_, event) => {
    const { state, notices, effects } = follow([...linked, gone(1), event]);
    expect(state).toMatchObject({ name: 'resuming', run: { login: { is: 'held', proof: 'stale' } } });
    expect(notices.at(-1)).toMatchObject({ type: 'warning' });
    expect(effects).not.toContain('erase');
    expect(follow([ready], {}, state).state).toMatchObject({ name: 'ready', run: { login: { proof: 'fresh' } } });
  });

  it('does not count as a logout of this program only because the page says so', () => {
    const ours = (document: number) => ({ type: 'logged-out', by: 'us', document }) as const;
    const { state, erasures } = follow([...linked, ours(1), ours(2), closed]);
    expect(state).toMatchObject({ goal: { reason: 'logged-out-by-page' } });
    expect(erasures).toEqual(['newest']);
  });

  it('prevents a save of the page that announced it', () => {
    expect(follow([...linked, gone(1), { type: 'stop' }, closed]).effects).not.toContain('save');
  });

  it.each([
    ['does not load in time', { type: 'clock', timer: 'deadline' }],
    ['cannot be loaded again', { type: 'page-command-failed', command: 'reload', detail: 'refused' }],
    ['is lost', { type: 'browser-lost', detail: 'killed' }],
    ['is replaced by another page', { type: 'page-refused', reason: 'page-foreign', detail: 'a portal' }],
  ] as const)('is checked again with another browser when the page %s', (_, event) => {
    const { state, effects } = follow([...linked, gone(1), event]);
    expect(state).toMatchObject({ name: 'backing-off', run: { login: { is: 'held' } } });
    expect(effects).not.toContain('erase');
  });

  it('leads to a new code if the credentials were invalid at the start', () => {
    const { state, notices } = follow([...resumed, gone(1), gone(2)]);
    expect(state).toMatchObject({ phase: 'clearing', isFresh: true, run: { why: 'unlinked-while-away' } });
    expect(notices).toContainEqual({ type: 'rescan', why: 'unlinked-while-away' });
  });

  it('concerns only the backup if an older one was restored: the machine tries the next older one and erases nothing', () => {
    const restorable = [
      open[0],
      { type: 'workspace-opened', linked: true, canRestore: true },
      ...open.slice(2),
    ] as const;
    const age = { from: 'older', age: 1, missing: null, isAgain: false } as const;
    const restored = { type: 'restored', generation: 7, quarantine: null, damaged: [], ...age } as const;
    const older = follow([...restorable, { type: 'unpaired' }, closed, restored, ...open.slice(2)]).state;
    const refused = follow([gone(1), gone(2)], {}, older);
    expect(refused.state).toMatchObject({ phase: 'clearing', isFresh: false, recovery: 'credentials-lost' });
    expect(refused.effects).not.toContain('erase');
  });

  it('counts a page that announces false logouts again and again as stuck', () => {
    const round = (document: number) => [gone(document), { type: 'connecting' }] as const;
    const many = Array.from({ length: 8 }, (_, turn) => round(turn + 1)).flat();
    const { state, effects } = follow([...linked, ...many], { maxRestarts: 3 });
    expect(state).toMatchObject({ goal: { reason: 'page-stuck' } });
    expect(effects).not.toContain('erase');
  });
});

describe('a loop', () => {
  it('ends once the profile was erased maxRounds times without reaching ready, and reports what was tried', () => {
    const erased = [closed, { type: 'erased' }, { type: 'clock', timer: 'backoff' }] as const;
    const turn = [...erased, ...open.slice(2), { type: 'connecting' }, gone(1), gone(2)] as const;
    const turns = Array.from({ length: 10 }, () => turn).flat();
    const { state } = follow([...resumed, gone(1), gone(2), ...turns], { maxRounds: 3 });
    expect(state.name === 'stopping' && state.goal).toMatchObject({ reason: 'page-stuck' });
    expect(state.name === 'stopping' && 'detail' in state.goal && state.goal.detail).toContain('3 times');
  });

  it('starts the first browsers at once, and waits longer before each browser after half of maxRounds', () => {
    const gonePage = [...open.slice(2), { type: 'connecting' }, gone(1), gone(2), closed, { type: 'erased' }] as const;
    const backoff = { type: 'clock', timer: 'backoff' } as const;
    const first = follow([...resumed.slice(0, 2), ...gonePage, ...gonePage]);
    expect(first.notices.filter(({ type }) => type === 'restarting')).toEqual([]);
    const third = follow(gonePage, { maxRounds: 4 }, first.state);
    expect(third.state).toMatchObject({ name: 'backing-off', delay: 1_000, isBrowserGone: true });
    expect(third.effects).not.toContain('launch-browser');
    const fourth = follow([backoff, ...gonePage], { maxRounds: 4 }, third.state);
    expect(fourth.state).toMatchObject({ name: 'backing-off', delay: 2_000 });
    expect(fourth.erasures).toEqual(['newest']);
    const over = follow([backoff, ...gonePage], { maxRounds: 4 }, fourth.state);
    expect(over.state).toMatchObject({ name: 'stopping', goal: { reason: 'page-stuck' } });
    expect(over.erasures).toEqual([]);
  });

  it('of restored backups waits too, and begins at full speed again after a proof of ready', () => {
    const age = { from: 'older', age: 1, missing: null, isAgain: false } as const;
    const restored = { type: 'restored', generation: 7, quarantine: null, damaged: [], ...age } as const;
    const turn = [...open.slice(2), { type: 'unpaired' }, closed, restored] as const;
    const opened = [open[0], { type: 'workspace-opened', linked: true, canRestore: true }] as const;
    const waiting = follow([...opened, ...turn, ...turn], { maxRounds: 2 });
    expect(waiting.state).toMatchObject({ name: 'backing-off', isBrowserGone: true });
    const back = follow([{ type: 'clock', timer: 'backoff' }, ...open.slice(2), ready], {}, waiting.state);
    expect(back.state).toMatchObject({ name: 'ready', run: { rounds: 0 } });
  });
});

describe('a save', () => {
  const settle = { type: 'clock', timer: 'settle' } as const;
  const due = { type: 'clock', timer: 'save' } as const;

  it('waits for a reading that proves ready again', () => {
    const asked = follow([...linked, settle]);
    expect(asked.effects).not.toContain('save');
    expect(asked.effects).toContain('read-page');
    const saved = follow([ready], {}, asked.state);
    expect(saved.effects).toContain('save');
    const unread = follow([due, due, { type: 'read-failed', detail: 'timeout' }], {}, saved.state);
    expect(unread.effects).not.toContain('save');
    expect(unread.state.name).toBe('interrupted');
  });

  it('is not made twice for one proof, also not at a stop', () => {
    const saved = follow([...linked, settle, ready, { type: 'saved', generation: 1 }]).state;
    const stopped = follow([{ type: 'stop' }], {}, saved);
    expect(stopped.state).toMatchObject({ name: 'stopping', phase: 'proving' });
    expect(stopped.effects).toContain('read-page');
    expect(follow([ready, closed], {}, stopped.state).effects).toContain('save');
    expect(follow([{ type: 'read-failed', detail: '' }, closed], {}, stopped.state).effects).not.toContain('save');
    expect(follow([{ type: 'clock', timer: 'deadline' }, closed], {}, stopped.state).effects).not.toContain('save');
  });

  it('is made at a stop for a proof whose save was interrupted', () => {
    const saving = follow([...linked, settle, ready]).state;
    const lost = follow([{ type: 'browser-lost', detail: 'it was killed' }], {}, saving).state;
    for (const state of [saving, lost]) expect(follow([{ type: 'stop' }, closed], {}, state).effects).toContain('save');
  });
});
