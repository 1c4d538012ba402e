import { type SessionStore, WakeyError } from '@wakey/core';
import { expect, it } from 'vitest';
import { codeOf, linked, qr, setUp } from './testing/session-rig.js';
import { memoryStore } from './transfer/testing/memory-store.js';

/** A store with a backup that it cannot decrypt, like an encrypted store whose key is lost. */
function locked() {
  const memory = memoryStore();
  let isLocked = true;
  const refuse = () => {
    if (isLocked) throw new WakeyError('wrong-key', { what: 'It is encrypted.', hint: 'Give its key.' });
  };
  const store: SessionStore = {
    ...memory.store,
    async read(id, call) {
      refuse();
      return memory.store.read(id, call);
    },
    async lease(id, holder, call = {}) {
      if (call.toRemove !== true) refuse();
      return memory.store.lease(id, holder, call);
    },
    async remove(id, call) {
      isLocked = false;
      return memory.store.remove(id, call);
    },
  };
  return { store, isLocked: () => isLocked };
}

it('links a session again after the key of its store is lost, erases its backups unread, and reports that', async () => {
  const first = await linked();
  await first.session.stop();
  const { store, isLocked } = locked();
  const { session, browser, lines } = await setUp({}, { sessionsDir: first.sessionsDir, store });
  const warnings: string[] = [];
  session.on('warning', ({ what }) => warnings.push(what));

  expect(await codeOf(session.start())).toBe('session-unreadable');
  expect([isLocked(), lines.join().includes('erases them unread')]).toEqual([true, false]);

  session.on('state', ({ name }) => {
    if (name === 'loading') queueMicrotask(() => browser.show({ type: 'unpaired' }, qr('one')));
  });
  await session.relink();
  expect([session.state.name, isLocked()]).toEqual(['awaiting-qr', false]);
  expect(warnings[0]).toContain('relink erases them unread');
});
