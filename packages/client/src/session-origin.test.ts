import { describe, expect, it } from 'vitest';
import { qr, ready, setUp } from './testing/session-rig.js';

const home = 'https://web.whatsapp.com';

describe('a session that was linked at one address', () => {
  it('is refused at another one, is as it was, and resumes at its own', async () => {
    const first = await setUp({}, { origin: home });
    await first.session.start();
    first.browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, { type: 'syncing', percent: 50 }, ready);
    await first.session.stop();

    const { sessionsDir } = first;
    const elsewhere = await setUp({}, { sessionsDir, origin: 'http://127.0.0.1:8080' });
    await expect(elsewhere.session.start()).rejects.toMatchObject({ code: 'session-elsewhere' });
    expect(elsewhere.session.state).toMatchObject({ detail: expect.stringContaining(home) });

    const again = await setUp({}, { sessionsDir, origin: home });
    await again.session.start();
    expect(again.session.state.name).toBe('resuming');
  });
});
