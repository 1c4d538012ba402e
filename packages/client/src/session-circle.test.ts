import { describe, expect, it } from 'vitest';
import type { Session } from './session.js';
import { linked, reach, setUp } from './testing/session-rig.js';

/** Lets each page show the login that the phone has unlinked, as a browser does whose profile cannot be erased. */
function showLogoutAlways(session: Session, browser: Awaited<ReturnType<typeof setUp>>['browser']): void {
  session.on('state', ({ name }) => {
    if (name !== 'loading' && name !== 'resuming') return;
    setImmediate(() => {
      if (session.state.name === 'loading') browser.show({ type: 'connecting' });
      if (session.state.name !== 'resuming') return;
      browser.show({ type: 'logged-out', by: 'phone', document: 1 }, { type: 'logged-out', by: 'phone', document: 2 });
    });
  });
}

describe('a profile whose login comes back after each erasure', () => {
  it('is erased three times at once, then more and more slowly, and then the session ends', async () => {
    const first = await linked();
    await first.session.stop();
    const { browser, clock, session } = await setUp({}, { sessionsDir: first.sessionsDir });
    showLogoutAlways(session, browser);
    await session.start();
    const waits: [number, number][] = [];
    for (const round of [4, 5, 6]) {
      await reach(session, 'backing-off');
      expect(session.state).toMatchObject({ run: { rounds: round }, isBrowserGone: true });
      if (session.state.name === 'backing-off') waits.push([browser.launches().length, session.state.delay]);
      expect(browser.alive()).toBe(0);
      await clock.wind(session.state.name === 'backing-off' ? session.state.delay : 0);
    }
    await reach(session, 'ended');
    expect(waits).toEqual([
      [4, 1_000],
      [5, 2_000],
      [6, 4_000],
    ]);
    expect(browser.launches()).toHaveLength(7);
    expect(session.state).toMatchObject({ reason: 'page-stuck', detail: expect.stringContaining('erased 6 times') });
  });

  it('does not delay the code of a session that was unlinked once', async () => {
    const first = await linked();
    await first.session.stop();
    const { browser, events, session } = await setUp({}, { sessionsDir: first.sessionsDir });
    await session.start();
    browser.show({ type: 'logged-out', by: 'phone', document: 1 }, { type: 'logged-out', by: 'phone', document: 2 });
    await reach(session, 'loading');
    expect(events).not.toContain('restarting');
    expect(browser.launches()).toHaveLength(2);
  });
});
