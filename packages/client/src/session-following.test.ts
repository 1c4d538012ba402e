import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WakeyError } from '@wakey/core';
import { settled } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { heartbeat, policy, proofs, saved, texts, until } from './testing/followed-session.js';
import { reach, ready } from './testing/session-rig.js';

describe('a ready session whose store keeps segments', () => {
  it('appends each change of the profile within the time of the policy', async () => {
    const { commit, segments, clock } = await saved();
    await commit('one');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 1);
    expect(texts(segments())).toEqual(['one\n']);
    await commit('two');
    await commit('three');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 2);
    expect(texts(segments())).toEqual(['one\n', 'two\nthree\n']);
  });

  it('does not postpone the work while the page writes without a pause', async () => {
    const { commit, segments, clock } = await saved();
    for (let at = 0; at < 20; at += 1) {
      await commit(`${at}`);
      await clock.wind(policy.keepEvery / 10);
    }
    await until(() => segments().length > 1);
  });

  it('appends nothing with the policy `off`', async () => {
    const { commit, segments, clock, store } = await saved({ keep: 'off' });
    await commit('one');
    await clock.wind(120_000);
    await settled();
    expect(segments()).toEqual([]);
    expect(store.kept.get(1)?.metadata.changes).toBeUndefined();
  });

  it('writes at a planned stop only what the last segment lacks, and goes on there at the next start', async () => {
    const first = await saved();
    await first.commit('one');
    await first.session.stop();
    expect([...first.store.kept.keys()]).toEqual([1]);
    expect(texts(first.segments())).toEqual(['one\n']);
    await first.session.start();
    first.browser.show(ready);
    await first.commit('two');
    await first.clock.wind(policy.keepEvery);
    await until(() => first.segments().length === 2);
    expect([...first.store.kept.keys()]).toEqual([1]);
  });

  it('does not go on behind the segments of another store with the same name and as many segments', async () => {
    const first = await saved();
    await first.commit('one');
    await first.session.stop();
    const kept = first.store.kept.get(1);
    const foreign = [Buffer.from('the only segment of another session')];
    kept?.segments.splice(0, kept.segments.length, ...foreign);
    await first.session.start();
    first.browser.show(ready);
    await first.clock.wind(policy.settle);
    await until(() => first.store.kept.size === 2);
    expect(first.store.kept.get(1)?.segments).toEqual(foreign);
  });

  it('warns that the store is behind, and loses nothing when it takes changes again', async () => {
    const { commit, segments, clock, store, warnings } = await saved();
    store.refusal = new WakeyError('store-unwritable', { what: 'The disk is full.', hint: 'Make room.' });
    await commit('one');
    // On a busy machine the wound clock can run ahead of the first refusal: then a warning about a slow store comes first.
    const says = /The last changes of the profile are not kept: the store is \d+ s behind.*disk is full/s;
    while (!warnings.some((warning) => says.test(warning))) await clock.wind(policy.keepEvery);
    await commit('two');
    store.refusal = undefined;
    while (segments().length === 0) await clock.wind(policy.keepEvery);
    expect(texts(segments()).join('')).toBe('one\ntwo\n');
  });

  it('warns that the profile cannot be read if that is why the store is behind', async () => {
    const { commit, segments, clock, format, warnings } = await saved();
    format.trouble = new WakeyError('session-unreadable', { what: 'The file is locked.', hint: 'Wait.' });
    await commit('one');
    const says = /are not kept: Wakey cannot read the profile, and the store is \d+ s behind.*file is locked/s;
    while (!warnings.some((warning) => says.test(warning))) await clock.wind(policy.keepEvery);
    format.trouble = undefined;
    while (segments().length === 0) await clock.wind(policy.keepEvery);
    expect(texts(segments())).toEqual(['one\n']);
  });

  it('keeps each change in time again as soon as a store that has refused for long takes changes again', async () => {
    const { commit, segments, clock, store } = await saved();
    store.refusal = new WakeyError('store-unwritable', { what: 'The disk is full.', hint: 'Make room.' });
    // The page writes on, also while the store is asked.
    store.onAppend = () => commit('meanwhile');
    await commit('one');
    for (let at = 0; at < 60; at += 1) {
      await clock.wind(1_000);
      await settled();
    }
    store.refusal = undefined;
    while (segments().length === 0) await clock.wind(1_000);
    store.onAppend = async () => undefined;
    const before = segments().length;
    await clock.wind(policy.keepEvery);
    await until(() => segments().length > before);
  });

  it('writes a whole backup at a stop if the store adds nothing to the last one', async () => {
    const { commit, session, store, format, profile, browser } = await saved();
    store.refusal = new WakeyError('invalid-argument', { what: 'This backup is not encrypted.', hint: 'None.' });
    await commit('one');
    await session.stop();
    expect(store.kept.size).toBe(2);
    await rm(join(profile, 'Default'), { recursive: true });
    store.refusal = undefined;
    await session.start();
    browser.show(ready);
    expect(await format.lines(profile)).toEqual(['login', 'one']);
  });

  it('asks again for a new backup if the session was not ready when it was due', async () => {
    const { store, clock, format, profile, browser, session } = await saved({ heartbeat: 15_000 });
    browser.show({ type: 'offline', cause: 'network' });
    await format.replaceDatabase(profile, 'new');
    for (let at = 0; at < 5; at += 1) await clock.wind(policy.keepEvery);
    await settled();
    browser.show(ready);
    await reach(session, 'ready');
    while (store.kept.size < 2) await clock.wind(15_000);
  });

  it.each([
    [7, 'debug'],
    [1_000, 'warn'],
  ] as const)('logs how long the browser was stopped: %d ms with the level %s', async (stop, level) => {
    const { commit, segments, clock, lines } = await saved({}, { stop });
    await commit('one');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 1);
    const told = { level, message: 'the browser was stopped to read its profile', fields: { ms: stop } };
    expect(lines).toContain(JSON.stringify(told));
  });

  it('takes a new backup when segments cannot tell the changes', async () => {
    const { store, clock, format, profile, commit, segments } = await saved();
    await format.replaceDatabase(profile, 'new');
    while (store.kept.size < 2) await clock.wind(policy.keepEvery);
    await commit('next');
    while (segments().length === 0) await clock.wind(policy.keepEvery);
    expect(texts(segments()).join('')).toBe('next\n');
  });
});

describe('a session whose profile is lost', () => {
  it('comes back with every change that was kept, and says how many are known to be missing', async () => {
    const { commit, session, clock, profile, segments, format, browser, notices } = await saved();
    await commit('one');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 1);
    await commit('never kept');
    await session.stop();
    segments().pop();
    await rm(join(profile, 'Default'), { recursive: true });
    await session.start();
    browser.show(ready);
    expect(await format.lines(profile)).toEqual(['login', 'one']);
    // The record of this machine names one commit more than the store has.
    const fresh = { from: 'older', missing: 1 };
    expect(notices('recovery').at(-1)).toMatchObject({ step: 'restored', generation: 1, isAgain: false, ...fresh });
    expect(notices('ready').at(-1)).toMatchObject(fresh);
  });

  it('is the newest state if nothing is known to be missing', async () => {
    const { commit, session, profile, format, browser, notices } = await saved();
    await commit('one');
    await session.stop();
    await rm(join(profile, 'Default'), { recursive: true });
    await session.start();
    browser.show(ready);
    expect(await format.lines(profile)).toEqual(['login', 'one']);
    expect(notices('ready').at(-1)).toMatchObject({ from: 'newest', missing: 0 });
  });

  it('goes on behind the last segment at the start after a restore, also if nothing changed in between', async () => {
    const { commit, session, clock, profile, browser, segments, store } = await saved();
    await commit('one');
    await session.stop();
    await rm(join(profile, 'Default'), { recursive: true });
    await session.start();
    browser.show(ready);
    await session.stop();
    await session.start();
    browser.show(ready);
    await commit('two');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 2 || store.kept.size > 1);
    expect([...store.kept.keys()]).toEqual([1]);
    expect(texts(segments())).toEqual(['one\n', 'two\n']);
  });

  it('counts what is missing from the backup on if no file of the profile has a count that lasts', async () => {
    const first = await saved({}, { counts: 'backup' });
    await first.commit('one');
    await first.commit('two');
    await first.session.stop();
    await rm(join(first.profile, 'Default'), { recursive: true });
    await first.session.start();
    first.browser.show(ready);
    expect(first.notices('ready').at(-1)).toMatchObject({ from: 'newest', missing: 0 });
    await first.commit('three');
    await first.session.stop();
    first.segments().pop();
    await rm(join(first.profile, 'Default'), { recursive: true });
    await first.session.start();
    first.browser.show(ready);
    expect(await first.format.lines(first.profile)).toEqual(['login', 'one', 'two']);
    expect(first.notices('ready').at(-1)).toMatchObject({ from: 'older', missing: 1 });
  });

  it.each(['profile', 'backup'] as const)(
    'is never called the newest from an older backup, also if nobody knows what is missing (counts of the %s)',
    async (counts) => {
      const { store, session, clock, format, profile, browser, notices, sessionsDir } = await saved({}, { counts });
      await format.replaceDatabase(profile, 'new');
      while (store.kept.size < 2) await clock.wind(policy.keepEvery);
      await session.stop();
      const newest = store.kept.get(2);
      if (newest !== undefined) newest.bytes = newest.bytes.subarray(0, 100);
      if (counts === 'profile') await rm(join(sessionsDir, 'main', 'following.json'));
      await rm(join(profile, 'Default'), { recursive: true });
      await session.start();
      browser.show(ready);
      await reach(session, 'ready');
      expect(notices('ready').at(-1)).toMatchObject({ from: 'older', missing: null });
    },
  );

  it('says so when the same state is restored once more', async () => {
    const { session, profile, browser, notices } = await saved();
    await session.stop();
    for (const isAgain of [false, true]) {
      await rm(join(profile, 'Default'), { recursive: true });
      await session.start();
      browser.show(ready);
      await reach(session, 'ready');
      expect(notices('recovery').at(-1)).toMatchObject({ step: 'restored', isAgain });
      await session.stop();
    }
  });

  it('counts a proof only by readings that lie apart by the interval of the readings', async () => {
    const { commit, clock, segments, browser } = await saved({ heartbeat });
    const next = async (line: string) => {
      const before = segments().length;
      await commit(line);
      await clock.wind(policy.keepEvery);
      await until(() => segments().length > before);
    };
    await next('good');
    browser.show(ready, ready, ready);
    await next('login gone');
    expect(proofs(segments())).toEqual([0, 0]);
    await clock.wind(heartbeat);
    browser.show(ready);
    await next('later');
    expect(proofs(segments())).toEqual([0, 0, 1]);
  });

  it('tries shorter prefixes of the segments, down to the backup alone, before it asks for a new link', async () => {
    const { commit, session, clock, profile, segments, format, browser } = await saved({ heartbeat });
    await commit('good');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 1);
    browser.show(ready);
    await clock.wind(heartbeat);
    browser.show(ready);
    await commit('login gone');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 2);
    await session.stop();
    await session.start();
    const tried: string[] = [];
    for (let rung = 0; rung < 2; rung += 1) {
      await reach(session, 'resuming');
      browser.show({ type: 'unpaired' });
      await until(() => session.state.name !== 'resuming');
      await until(() => session.state.name === 'resuming' || session.state.name === 'loading');
      tried.push((await format.lines(profile)).join());
    }
    // The live profile itself, which equals all segments, was tried already.
    expect(tried).toEqual(['login,good', 'login']);
  });
});
