import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeProfile } from '@wakey/chromium/testing';
import { type SessionStore, WakeyError, type WriteOptions } from '@wakey/core';
import { type FakeBrowser, settled } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { ready, setUp } from './testing/session-rig.js';

const policy = { settle: 1_000, saveEvery: 10_000, heartbeat: 600_000, saveTimeout: 7_000 } as const;

describe('a running session', () => {
  it('does not replace good backups once its profile is empty', async () => {
    const store = fakeStore();
    const { clock, events, profile, warnings } = await running(store);
    await until(() => events.includes('saved'));
    await settled();
    await rm(join(profile, 'Default/IndexedDB'), { recursive: true });
    await clock.wind(policy.saveEvery);
    await until(() => events.includes('warning') || store.writes.length > 1);
    expect(store.writes).toHaveLength(1);
    expect(warnings).toEqual(['not saved: the profile is empty']);
  });

  it('writes no backup of a profile in which the page finds no login after a crash', async () => {
    const store = fakeStore();
    const { browser, clock, events, session } = await running(store, 60_000);
    await until(() => session.state.name === 'ready');
    browser.kill();
    await until(() => session.state.name === 'backing-off');
    await clock.wind(10_000);
    await until(() => session.state.name === 'resuming');
    browser.show({ type: 'unpaired' });
    await until(() => events.includes('rescan'));
    await session.stop();
    expect(store.writes).toEqual([]);
  });

  it('sets a time limit for each save, so that a store that hangs once does not prevent all later saves', async () => {
    const store = fakeStore();
    await running(store);
    await until(() => store.writes.length > 0);
    expect(store.writes).toMatchObject([{ timeout: 7_000 }]);
  });

  it.each<[string, (browser: FakeBrowser) => void]>([
    [
      'the page can no longer be read',
      ({ faults }) => {
        faults.read = new WakeyError('timeout', { what: 'The page did not answer.', hint: 'Wait.' });
      },
    ],
    ['the browser was killed during that save', (browser) => browser.kill()],
  ])('writes its first backup at a stop if the first save did not end and %s', async (_, happens) => {
    const store = fakeStore();
    let begun = 0;
    const slow: SessionStore = {
      ...store,
      async write(id, bytes, options) {
        begun += 1;
        if (begun > 1) return store.write(id, bytes, options);
        // The first write ends only when it is interrupted.
        return new Promise((_, reject) => {
          options.signal?.addEventListener('abort', () => reject(new WakeyError('aborted', { what: '', hint: '' })));
        });
      },
    };
    const { browser, session } = await running(slow);
    await until(() => begun === 1);
    happens(browser);
    await session.stop();
    expect(store.writes).toHaveLength(1);
  });

  it('warns when a save does not end, although the store promised a time limit', async () => {
    const hung = Promise.withResolvers<number>();
    const store: SessionStore = { ...fakeStore(), write: () => hung.promise };
    const { clock, warnings } = await running(store);
    for (let saves = 0; saves < 4 && warnings.length === 0; saves += 1) await clock.wind(policy.saveEvery);
    expect(warnings[0]).toMatch(/^not saved: the last save did not end within its time limit/);
    hung.resolve(1);
  });
});

/** A session that is ready, with a login in its profile. */
async function running(store: SessionStore, settle: number = policy.settle) {
  const { browser, clock, events, session, sessionsDir } = await setUp({ ...policy, settle }, { store });
  const warnings: string[] = [];
  session.on('warning', ({ what }) => warnings.push(what));
  await session.start();
  const profile = join(sessionsDir, 'main', 'profile');
  await cp(await makeProfile(), profile, { recursive: true });
  browser.show(ready);
  await clock.wind(policy.settle);
  return { browser, clock, events, profile, session, warnings };
}

/** Waits in real time, because the files are real. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settled();
}

/** A store that stores nothing and records each write. */
function fakeStore() {
  const writes: WriteOptions[] = [];
  const store: SessionStore = {
    name: 'fake',
    list: async () => [],
    read: async () => undefined,
    async write(_, bytes, options) {
      let size = 0;
      for await (const chunk of bytes) size += chunk.length;
      expect(size).toBeGreaterThan(0);
      return writes.push(options);
    },
    remove: async () => undefined,
    lease: async () => ({ fence: 1, renew: async () => undefined, release: async () => undefined }),
  };
  return { ...store, writes };
}
