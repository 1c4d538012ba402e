import { describe, expect, it } from 'vitest';
import { concealed, follow, open, qr, ready, type Timeless } from './following.js';

const openByCode = [{ type: 'start', phone: '447700900000' }, ...open.slice(1), { type: 'unpaired' }] as const;

describe('the machine', () => {
  it('erases once and launches no browser during the erasure when relink is called twice', () => {
    const erasing = follow([...open, { type: 'relink' }, { type: 'browser-closed' }]).state;
    expect(erasing).toMatchObject({ name: 'starting', phase: 'erasing' });
    const again = follow([{ type: 'relink', phone: '447700900000' }, { type: 'browser-closed' }], {}, erasing);
    expect(again.effects).not.toContain('erase');
    expect(again.state).toMatchObject({ phase: 'erasing', run: { method: { by: 'code' }, why: 'relink' } });
    expect(follow([{ type: 'erased' }], {}, again.state).state).toMatchObject({ phase: 'launching' });
  });

  it('keeps the newest backup after an erasure without a command, and no backup after an erasure by command', () => {
    const loggedOut = (by: 'phone' | 'us', document = 1) => ({ type: 'logged-out', by, document }) as const;
    const linked = follow([...open, { type: 'linking' }, { type: 'connecting' }, ready]).state;
    const closed = { type: 'browser-closed' } as const;
    expect(follow([loggedOut('phone'), loggedOut('phone', 2), closed], {}, linked).erasures).toEqual(['newest']);
    expect(follow([{ type: 'logout' }, loggedOut('us'), closed], {}, linked).erasures).toEqual(['nothing']);
    expect(follow([{ type: 'relink' }, loggedOut('us'), closed], {}, linked).erasures).toEqual(['nothing']);
  });

  it('may show maxQr codes again when a proved login is lost, however many codes the link took', () => {
    const linked = follow([...open, qr('one'), { type: 'linking' }, { type: 'connecting' }, ready], { maxQr: 1 }).state;
    expect(linked.name).toBe('ready');
    const lost = follow(
      [
        qr('of a page without credentials'),
        { type: 'browser-closed' },
        { type: 'clock', timer: 'backoff' },
        { type: 'browser-launched' },
        { type: 'page-opened' },
        qr('two'),
      ],
      { maxQr: 1 },
      linked,
    ).state;
    expect(lost).toMatchObject({ name: 'awaiting-qr', seq: 1, run: { why: 'credentials-lost' } });
  });

  it('tries an unreachable page again for as long as the policy says if there is a login to resume', () => {
    const unreachable = { type: 'page-refused', reason: 'page-unreachable', detail: 'refused' } as const;
    const again = [
      { type: 'browser-closed' },
      { type: 'clock', timer: 'backoff' },
      { type: 'browser-launched' },
      unreachable,
    ] as const;
    const resuming = [
      { type: 'start' },
      { type: 'workspace-opened', linked: true, canRestore: false },
      { type: 'browser-launched' },
    ] as const;
    const many = Array.from({ length: 20 }, () => again).flat();
    const tried = follow([...resuming, unreachable, ...many]).state;
    expect(tried).toMatchObject({ name: 'backing-off', delay: 60_000, run: { cutOffSince: 0 } });

    const late = { ...unreachable, at: 60_000 };
    const over = follow([...again.slice(0, 3), late], { giveUpAfter: 60_000 }, tried).state;
    expect(over.name === 'stopping' && over.goal).toMatchObject({ reason: 'page-unreachable' });
    const early = follow([...again.slice(0, 3), { ...late, at: 59_999 }], { giveUpAfter: 60_000 }, tried).state;
    expect(early.name).toBe('backing-off');
  });

  it('ends at once when the page does not take the name of the browser, also with a login to resume', () => {
    const refused = { type: 'blocked', by: 'browser', detail: 'its name' } as const;
    const resuming = [open[0], { type: 'workspace-opened', linked: true, canRestore: true }, ...open.slice(2)] as const;
    for (const opened of [open, resuming]) {
      const { state, effects } = follow([...opened, refused]);
      expect(state).toMatchObject({ name: 'stopping', goal: { reason: 'browser-unsuitable', detail: 'its name' } });
      expect(effects).not.toContain('restore');
    }
  });

  it('waits until a login portal is gone, and ends only a session that is not linked', () => {
    const portal = { type: 'page-refused', reason: 'page-foreign', detail: 'a portal' } as const;
    const linked = follow([...open, { type: 'connecting' }, portal]).state;
    expect(linked.name).toBe('backing-off');
    const waiting = follow([...open.slice(0, 3), portal]).state;
    expect(waiting.name === 'stopping' && waiting.goal).toMatchObject({ reason: 'page-foreign' });
  });

  it('starts another browser when a sync is stuck, tries an older backup when it stays stuck, and then ends', () => {
    const stuck = [
      { type: 'syncing', percent: 3 },
      { type: 'clock', timer: 'deadline' },
    ] as const;
    const again = [{ type: 'browser-closed' }, { type: 'clock', timer: 'backoff' }, ...open.slice(2)] as const;
    const policy = { maxRestarts: 1 };
    const once = follow([...open, { type: 'connecting' }, ...stuck], policy).state;
    expect(once.name).toBe('backing-off');
    const twice = follow([...again, ...stuck], policy, once).state;
    expect(twice.name === 'stopping' && twice.goal).toMatchObject({ reason: 'page-stuck' });

    const kept = [open[0], { type: 'workspace-opened', linked: true, canRestore: true }, ...open.slice(2)] as const;
    const older = follow([...kept, ...stuck, ...again, ...stuck], policy).state;
    expect(older).toMatchObject({ name: 'starting', phase: 'clearing', recovery: 'never-ready', run: { stalls: 0 } });
  });

  it('refuses a session that was linked at another address, and changes nothing of it', () => {
    const elsewhere = {
      type: 'workspace-opened',
      linked: true,
      canRestore: true,
      linkedAt: 'http://a.example',
    } as const;
    const { state, effects } = follow([open[0], elsewhere]);
    expect(state.name === 'stopping' && state.goal).toMatchObject({ reason: 'session-elsewhere' });
    expect(effects).not.toContain('launch-browser');
    const relinked = follow([{ type: 'relink' }, elsewhere]).state;
    expect(relinked).toMatchObject({ name: 'starting', phase: 'erasing' });
  });

  it('warns that the former link may remain on the phone if relink could not undo it', () => {
    const relink = { type: 'relink' } as const;
    const warnings = (events: readonly Timeless[]) =>
      follow(events).notices.filter((notice) => notice.type === 'warning').length;
    expect(warnings([relink, { type: 'workspace-opened', linked: true, canRestore: false }])).toBe(1);
    expect(warnings([relink, { type: 'workspace-opened', linked: false, canRestore: false }])).toBe(0);
    const resumed = [
      { type: 'start' },
      { type: 'workspace-opened', linked: true, canRestore: false },
      ...open.slice(2),
    ] as const;
    expect(warnings([...resumed, relink])).toBe(1);
    expect(warnings([...resumed, ready, { type: 'browser-lost', detail: '' }, relink])).toBe(1);
    expect(warnings([...open, qr('one'), relink])).toBe(0);
  });

  it('stays in linking when the request that brought its code fails late', () => {
    const failed = { type: 'page-command-failed', command: 'request-link-code', detail: 'timeout' } as const;
    const shown = follow([...openByCode, { type: 'link-code', code: concealed('ABCD1234') }]).state;
    const linking = follow([{ type: 'linking' }], {}, shown).state;
    for (const state of [shown, linking]) {
      expect(follow([failed], { linkCodeFallback: 'none' }, state).state).toBe(state);
    }
    const unserved = follow([...openByCode, failed], { linkCodeFallback: 'none' }).state;
    expect(unserved.name === 'stopping' && unserved.goal).toMatchObject({ reason: 'link-rejected' });
  });

  it('resets isAnswered and isSubmitted once the page did not accept the answer or the entry', () => {
    const passkey = { type: 'passkey', request: concealed('{}') } as const;
    const answered = follow([...open, passkey, { type: 'answer-passkey', answer: concealed('no assertion') }]).state;
    expect(answered).toMatchObject({ isAnswered: true });
    const refused = { type: 'page-command-failed', command: 'answer-passkey', detail: 'not JSON' } as const;
    expect(follow([refused], {}, answered).state).toMatchObject({ name: 'awaiting-passkey', isAnswered: false });

    const wanted = { type: 'link-code-wanted', again: false } as const;
    const entered = follow([...openByCode, wanted, { type: 'submit-link-code', code: concealed('ABCD1234') }]).state;
    expect(entered).toMatchObject({ code: { isSubmitted: true } });
    const lost = { type: 'page-command-failed', command: 'submit-link-code', detail: 'line lost' } as const;
    expect(follow([lost], {}, entered).state).toMatchObject({ code: { isSubmitted: false } });
  });

  it('refuses a logout before it is connected, because the page would forget the login and the phone would keep the device', () => {
    const resuming = follow([
      { type: 'start' },
      { type: 'workspace-opened', linked: true, canRestore: false },
      ...open.slice(2),
    ]).state;
    expect(resuming.name).toBe('resuming');
    expect(follow([{ type: 'logout' }], {}, resuming)).toMatchObject({ state: resuming, effects: [] });
    expect(follow([ready, { type: 'logout' }], {}, resuming).state.name).toBe('logging-out');
  });

  it('goes on once a person has settled the dialog, although more is missing', () => {
    const stuck = follow([...open, { type: 'connecting' }, ready, { type: 'dialog', what: 'terms' }]).state;
    const still = { type: 'readiness', me: 'me', missing: ['synced', 'dialog'] } as const;
    expect(follow([still], {}, stuck).state.name).toBe('action-required');
    const settled = follow([{ type: 'readiness', me: 'me', missing: ['synced'] }], {}, stuck).state;
    expect(settled).toMatchObject({ name: 'syncing', missing: ['synced'] });
    const offline = follow([{ type: 'readiness', me: 'me', missing: ['socket'] }], {}, stuck).state;
    expect(offline).toMatchObject({ name: 'interrupted', cause: 'network' });
  });

  it('takes over again when it is replaced again before it was ready, and yields when its takeovers are used up', () => {
    const linked = follow([...open, { type: 'linking' }, { type: 'connecting' }, ready], {}).state;
    const policy = { takeover: 'always' } as const;
    const once = follow([{ type: 'conflict' }, { type: 'conflict' }], policy, linked);
    expect(once.state).toMatchObject({ name: 'interrupted', cause: 'conflict', run: { takeovers: 1 } });
    const heartbeat = { type: 'clock', timer: 'heartbeat' } as const;
    const again = follow([heartbeat, { type: 'conflict' }], policy, once.state);
    expect(again.state).toMatchObject({ name: 'interrupted', run: { takeovers: 2 } });
    const rounds = Array.from({ length: 4 }, () => [heartbeat, { type: 'conflict' } as const]).flat();
    expect(follow(rounds, policy, again.state).state).toMatchObject({ name: 'stopping', goal: { reason: 'replaced' } });
  });

  it('reports with the fallback to QR how long to wait for another link code', () => {
    const limited = { type: 'link-code-failed', why: 'rate-limited', retryAfter: 60_000 } as const;
    const { notices } = follow([...openByCode, limited]);
    expect(notices).toContainEqual({
      type: 'fallback',
      from: 'link-code',
      to: 'qr',
      why: 'rate-limited',
      retryAfter: 60_000,
    });
  });

  it('saves nothing and ends as unreadable when the session’s directory is gone, also during a stop', () => {
    const lost = { type: 'workspace-lost', detail: 'moved' } as const;
    const goal = { name: 'ended', reason: 'session-unreadable', detail: 'moved' };
    const proved = follow([...open, { type: 'connecting' }, ready]).state;
    expect(proved.name).toBe('ready');
    const ended = follow([lost, { type: 'browser-closed' }, { type: 'released' }], {}, proved);
    expect(ended.state).toMatchObject(goal);
    expect(ended.effects).not.toContain('save');
    const whileClosing = follow([{ type: 'stop' }, lost, { type: 'browser-closed' }], {}, proved);
    expect(whileClosing).toMatchObject({ state: { phase: 'releasing', goal } });
    expect(whileClosing.effects).not.toContain('save');
    const saving = [{ type: 'stop' }, { type: 'browser-closed' }, lost, { type: 'save-failed', detail: '' }] as const;
    expect(follow([...saving, { type: 'released' }], {}, proved).state).toMatchObject(goal);
  });
});
