import { describe, expect, it } from 'vitest';
import { follow, qr, ready, type Timeless } from './following.js';

const launched = [{ type: 'browser-launched' }, { type: 'page-opened' }] as const;
const resuming = [
  { type: 'start' },
  { type: 'workspace-opened', linked: true, canRestore: true },
  ...launched,
] as const;
const older = { from: 'older', age: 60_000, missing: 3, isAgain: false } as const;
const restored = { type: 'restored', generation: 7, quarantine: '/q', damaged: [8], ...older } as const;
const nothing = { type: 'nothing-to-restore', quarantine: '/q' } as const;

describe('the recovery ladder', () => {
  it('restores a backup in place of a damaged profile before any browser starts', () => {
    const opened = { type: 'workspace-opened', linked: true, canRestore: true, recover: 'profile-damaged' } as const;
    const first = follow([{ type: 'start' }, opened]);
    expect(first.state).toMatchObject({ name: 'starting', phase: 'restoring' });
    expect(first.effects).not.toContain('launch-browser');
    expect(first.notices).toEqual([{ type: 'recovery', step: 'restoring', why: 'profile-damaged' }]);
    const then = follow([restored, ...launched], {}, first.state);
    expect(then.state.name).toBe('resuming');
    expect(then.notices).toEqual([
      {
        ...{ type: 'recovery', step: 'restored', why: 'profile-damaged' },
        generation: 7,
        quarantine: '/q',
        damaged: [8],
        ...older,
      },
    ]);
  });

  it('says with ready how old the restored profile was, until the next start finds it as the live profile', () => {
    const opened = { type: 'workspace-opened', linked: true, canRestore: true, recover: 'profile-damaged' } as const;
    const late = follow([{ type: 'start' }, opened, restored, ...launched, { ...ready, at: 5_000 }]);
    expect(late.notices.at(-1)).toMatchObject({ type: 'ready', from: 'older', age: 65_000, missing: 3 });
    const next = follow([...resuming, ready]);
    expect(next.notices.at(-1)).toMatchObject({ type: 'ready', from: 'live', age: 0, missing: 0 });
  });

  it('counts a profile that the last stop packed as the live profile', () => {
    const opened = { type: 'workspace-opened', linked: true, canRestore: true, recover: 'profile-packed' } as const;
    const packed = { ...restored, from: 'live', age: 0, missing: 0, damaged: [] } as const;
    const back = follow([{ type: 'start' }, opened, packed, ...launched, ready]);
    expect(back.notices.at(-1)).toMatchObject({ type: 'ready', from: 'live' });
  });

  it('reads the page once more before a backup that is due before its time', () => {
    const due = follow([...resuming, ready, { type: 'backup-due' }]);
    expect(due.state).toMatchObject({ name: 'ready', saveDue: 'scheduled' });
    expect(due.effects.at(-1)).toBe('read-page');
    expect(follow([ready], {}, due.state).effects).toContain('save');
  });

  it.each([
    ['shows a code', qr('one')],
    ['waits for a request of codes', { type: 'qr-idle' }],
    ['reports that no device is registered', { type: 'unpaired' }],
    ['shows a code to a session that links by phone number', { type: 'link-code-wanted', again: false }],
  ] as const)('tries the newest backup when the page of a linked profile %s', (_, event) => {
    const byCode = event.type === 'link-code-wanted' ? { phone: '447700900000' } : {};
    const lost = follow([{ type: 'start', ...byCode }, ...resuming.slice(1), event]);
    expect(lost.state).toMatchObject({ name: 'starting', phase: 'clearing', recovery: 'credentials-lost' });
    expect(lost.notices).toEqual([]);
    const closed = follow([{ type: 'browser-closed' }], {}, lost.state);
    expect(closed.effects).toContain('restore');
  });

  it('climbs from backup to backup, and asks for a new link only when none is left', () => {
    const climb = [{ type: 'unpaired' }, { type: 'browser-closed' }] as const;
    const twice = follow([...resuming, ...climb, restored, ...launched, ...climb]);
    expect(twice.notices.some(({ type }) => type === 'rescan')).toBe(false);
    const over = follow([nothing, ...launched, { type: 'unpaired' }, qr('one')], {}, twice.state);
    expect(over.notices.map((notice) => ('step' in notice ? notice.step : notice.type))).toEqual([
      'link-again',
      'rescan',
      'qr',
    ]);
    expect(over.state).toMatchObject({ name: 'awaiting-qr', run: { why: 'credentials-lost', login: { is: 'none' } } });
  });

  it('shows a code at once without a backup', () => {
    const bare = [resuming[0], { type: 'workspace-opened', linked: true, canRestore: false }, ...launched] as const;
    expect(follow([...bare, { type: 'unpaired' }]).state).toMatchObject({ name: 'loading', awaits: 'qr' });
  });

  it('records once, without an erasure, that a profile without a backup holds no login', () => {
    const bare = [resuming[0], { type: 'workspace-opened', linked: true, canRestore: false }, ...launched] as const;
    const { effects } = follow([...bare, { type: 'unpaired' }, qr('one'), { type: 'unpaired' }]);
    expect(effects.filter((type) => type === 'mark-lost')).toHaveLength(1);
    expect(effects).not.toContain('erase');
  });

  it('checks once more with another browser before it gives up a login that was ready', () => {
    const lost = follow([...resuming, ready, { type: 'unpaired' }]);
    expect(lost.state.name).toBe('backing-off');
    const again = [{ type: 'browser-closed' }, { type: 'clock', timer: 'backoff' }, ...launched] as const;
    expect(follow([...again, { type: 'unpaired' }], {}, lost.state).state).toMatchObject({
      recovery: 'credentials-lost',
    });
  });

  it('ends without a new link when the backups cannot be read', () => {
    const restoring = follow([...resuming, { type: 'unpaired' }, { type: 'browser-closed' }]).state;
    const failed = follow([{ type: 'restore-failed', detail: 'wrong key' }], {}, restoring);
    expect(failed.state).toMatchObject({
      name: 'stopping',
      goal: { reason: 'session-unreadable', detail: 'wrong key' },
    });
    expect(failed.effects).not.toContain('erase');
  });

  it('ends as stuck and keeps the login when no backup becomes ready although the service accepts them', () => {
    const stalls = [
      { type: 'syncing', percent: 3 },
      { type: 'clock', timer: 'deadline' },
    ] as const;
    const tried = [...resuming, ...stalls, { type: 'browser-closed' }, restored, ...launched, ...stalls] as const;
    const restoring = follow([...tried, { type: 'browser-closed' }], { maxRestarts: 0 }).state;
    expect(restoring).toMatchObject({ phase: 'restoring', recovery: 'never-ready' });
    const over = follow([{ type: 'nothing-to-restore', quarantine: null }], {}, restoring);
    expect(over.state).toMatchObject({ name: 'stopping', goal: { reason: 'page-stuck' } });
    expect(over.notices.map(({ type }) => type)).not.toContain('rescan');
    expect(over.effects).not.toContain('launch-browser');
    expect(over.effects).not.toContain('erase');
  });

  it('can be climbed again with backups that were made meanwhile', () => {
    const relinked = [nothing, ...launched, { type: 'unpaired' }, qr('one'), { type: 'linking' }, ready] as const;
    const linked = follow([...resuming, { type: 'unpaired' }, { type: 'browser-closed' }, ...relinked]).state;
    expect(linked).toMatchObject({ name: 'ready', run: { canRestore: false } });
    const kept = follow([{ type: 'saved', generation: 9 }], {}, linked);
    expect(kept.state).toMatchObject({ run: { canRestore: true } });
    expect(kept.notices).toEqual([{ type: 'saved', generation: 9 }]);
  });

  it.each([
    ['syncing', { type: 'readiness', missing: ['synced'] }],
    ['interrupted', { type: 'offline', cause: 'network' }],
    ['resuming', { type: 'page-booting', missing: [] }],
    ['action-required', { type: 'dialog', what: 'terms' }],
  ] as readonly (readonly [string, Timeless])[])(
    'remembers a backup that is reported when the session is %s',
    (name, event) => {
      const open = [resuming[0], { type: 'workspace-opened', linked: true, canRestore: false }, ...launched] as const;
      const { state } = follow([...open, ready, event]);
      expect(state.name).toBe(name);
      const kept = follow([{ type: 'saved', generation: 9 }], {}, state);
      expect(kept.notices).toEqual([{ type: 'saved', generation: 9 }]);
      expect(kept.state).toMatchObject({ name, run: { canRestore: true } });
      const failed = follow([{ type: 'save-failed', detail: 'disk' }], {}, state);
      expect(failed.notices).toEqual([{ type: 'warning', what: 'not saved: disk' }]);
    },
  );

  it('saves nothing at a stop once the page has shown that the credentials are gone, until it is ready again', () => {
    const doubted = follow([...resuming, ready, { type: 'unpaired' }]).state;
    expect(doubted.name).toBe('backing-off');
    const stop = [{ type: 'stop' }, { type: 'browser-closed' }] as const;
    expect(follow(stop, {}, doubted).effects).not.toContain('save');
    const again = follow([{ type: 'browser-closed' }, { type: 'clock', timer: 'backoff' }, ...launched], {}, doubted);
    expect(follow(stop, {}, again.state).effects).not.toContain('save');
    expect(follow([ready, ...stop], {}, again.state).effects).toContain('save');
  });

  it('reports a save at a stop too', () => {
    const saving = follow([...resuming, ready, { type: 'stop' }, { type: 'browser-closed' }]).state;
    expect(saving).toMatchObject({ name: 'stopping', phase: 'saving' });
    const { notices } = follow([{ type: 'saved', generation: 3 }], {}, saving);
    expect(notices).toEqual([{ type: 'saved', generation: 3 }]);
  });

  it.each([[restored], [nothing], [{ type: 'restore-failed', detail: 'disk' }]] as readonly (readonly [Timeless])[])(
    'erases and launches once when relink is called during a restore: %o',
    (outcome) => {
      const restoring = follow([...resuming, { type: 'unpaired' }, { type: 'browser-closed' }]).state;
      const waiting = follow([{ type: 'relink' }], {}, restoring);
      expect(waiting.effects).not.toContain('erase');
      const erasing = follow([outcome], {}, waiting.state);
      expect(erasing.state).toMatchObject({ phase: 'erasing' });
      expect(erasing.effects.filter((effect) => effect === 'erase')).toHaveLength(1);
      const fresh = follow([{ type: 'erased' }, ...launched, { type: 'unpaired' }], {}, erasing.state);
      expect(fresh.state).toMatchObject({ name: 'loading', awaits: 'qr', run: { why: 'relink' } });
    },
  );
});
