import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeProfile } from '@wakey/chromium/testing';
import { describe, expect, it } from 'vitest';
import { codeOf, qr, ready, setUp } from './testing/session-rig.js';
import { memoryStore } from './transfer/testing/memory-store.js';

const home = 'https://web.whatsapp.com';

describe('a session that was linked at one address', () => {
  it('does not start at another address, stays unchanged, and resumes at the address of its link', async () => {
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

  it('does not start at another address on a machine that has only its backups, which stay unchanged', async () => {
    const kept = memoryStore();
    const { store } = kept;
    const first = await setUp({}, { origin: home, store });
    await first.session.start();
    await cp(await makeProfile(), join(first.sessionsDir, 'main', 'profile'), { recursive: true });
    first.browser.show({ type: 'unpaired' }, qr('one'), { type: 'linking' }, ready);
    await first.session.stop();
    const before = [...kept.kept];

    const elsewhere = await setUp({}, { store, origin: 'http://127.0.0.1:8080' });
    expect(await codeOf(elsewhere.session.start())).toBe('session-elsewhere');
    expect(kept.kept).toEqual(before);

    const { sessionsDir } = elsewhere;
    const again = await setUp({}, { sessionsDir, store, origin: home });
    await again.session.start();
    expect(again.session.state.name).toBe('resuming');
    const record = JSON.parse(await readFile(join(sessionsDir, 'main', 'session.json'), 'utf8'));
    expect(record).toMatchObject({ origin: home });
  });
});
