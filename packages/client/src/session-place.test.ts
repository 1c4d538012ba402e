import { existsSync, renameSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reach, ready, setUp } from './testing/session-rig.js';

describe('a session whose directory is moved away', () => {
  it('ends at the next heartbeat and writes nothing at the old path', async () => {
    const { session, browser, clock, sessionsDir, elsewhere } = await movable({ heartbeat: 1_000 });
    await session.start();
    browser.show(ready);
    renameSync(sessionsDir, elsewhere);
    const ended = reach(session, 'ended');
    await clock.wind(1_000);
    await ended;
    expect(session.state).toMatchObject({ name: 'ended', reason: 'session-unreadable' });
    await expect(session.ready()).rejects.toThrow(`'${join(sessionsDir, 'main')}' was moved, unmounted or replaced`);
    expect(browser.alive()).toBe(0);
    expect(existsSync(sessionsDir)).toBe(false);
    expect(existsSync(join(elsewhere, 'main', 'session.json'))).toBe(true);
  });

  it('does not report a clean stop if it is stopped before the next heartbeat', async () => {
    const { session, browser, sessionsDir, elsewhere } = await movable({ heartbeat: 600_000 });
    await session.start();
    browser.show(ready);
    renameSync(sessionsDir, elsewhere);
    await session.stop();
    expect(session.state).toMatchObject({ name: 'ended', reason: 'session-unreadable' });
    expect(existsSync(sessionsDir)).toBe(false);
  });

  it('starts no browser on the old path', async () => {
    const { session, browser, clock, sessionsDir, elsewhere } = await movable({ heartbeat: 600_000 });
    await session.start();
    browser.show(ready);
    browser.kill();
    await reach(session, 'backing-off');
    renameSync(sessionsDir, elsewhere);
    const ended = reach(session, 'ended');
    await clock.wind(1_000);
    await ended;
    expect(session.state).toMatchObject({ reason: 'session-unreadable' });
    expect(browser.launches()).toHaveLength(1);
    expect(existsSync(sessionsDir)).toBe(false);
  });
});

/** A session in a directory that the test can move, and the path to move it to. */
async function movable(policy: { readonly heartbeat: number }) {
  const parent = await mkdtemp(join(tmpdir(), 'wakey-place-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const parts = await setUp(policy, { sessionsDir: join(parent, 'sessions') });
  return { ...parts, elsewhere: join(parent, 'elsewhere') };
}
