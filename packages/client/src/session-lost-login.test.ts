import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { qr, reach, ready, setUp } from './testing/session-rig.js';

async function recordIn(sessionsDir: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(join(sessionsDir, 'main', 'session.json'), 'utf8'));
}

/** A linked session without a store. At the next start, the page reports that no device is registered. */
async function lost() {
  const first = await setUp();
  await first.session.start();
  first.browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, ready);
  await first.session.stop();
  const { sessionsDir } = first;
  expect(await recordIn(sessionsDir)).not.toHaveProperty('lostAt');
  const second = await setUp({}, { sessionsDir });
  await second.session.start();
  second.browser.show({ type: 'unpaired' }, qr('two'));
  await reach(second.session, 'awaiting-qr');
  return second;
}

describe('a session whose profile holds no login and that has no backup', () => {
  it('records the loss and leaves the other facts of the login in the record, because the page may be wrong', async () => {
    const { session, sessionsDir, clock } = await lost();
    await session.stop();
    expect(await recordIn(sessionsDir)).toMatchObject({
      lostAt: clock.now(),
      linkedAt: expect.any(Number),
      me: '447700900000@c.us',
    });
  });

  it('removes the loss from the record once the session is linked again', async () => {
    const { browser, session, sessionsDir } = await lost();
    browser.show({ type: 'linking' }, ready);
    await reach(session, 'ready');
    await session.stop();
    const record = await recordIn(sessionsDir);
    expect(record).not.toHaveProperty('lostAt');
    expect(record).toHaveProperty('linkedAt');
  });

  it('removes the loss from the record once the session is ready without a new link', async () => {
    const { session, sessionsDir } = await lost();
    await session.stop();
    const third = await setUp({}, { sessionsDir });
    await third.session.start();
    third.browser.show(ready);
    await reach(third.session, 'ready');
    expect(third.events).not.toContain('qr');
    await third.session.stop();
    expect(await recordIn(sessionsDir)).not.toHaveProperty('lostAt');
  });
});
