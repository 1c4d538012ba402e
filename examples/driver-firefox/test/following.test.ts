import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isKept, type ProfileState, type ProfileStep } from '@wakey/core';
import { systemClock } from '@wakey/host';
import { firefoxProfile } from '../src/profile-format.ts';
import { whileStopped } from '../src/running.ts';
import { tested } from './tested-driver.ts';
import { until } from './until.ts';
import { rowsIn, servePage, startWriting, stopWriting, written } from './writing-page.ts';

const following = firefoxProfile.following ?? assert.fail('the format cannot follow profiles');

describe('a Firefox whose profile is followed', { timeout: 240_000 }, () => {
  let folder: string;
  let site: Awaited<ReturnType<typeof servePage>>;
  let firefox: Awaited<ReturnType<typeof launch>>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'followed-by-wakey-'));
    site = await servePage();
    firefox = await launch('live');
  });
  after(async () => {
    await firefox.close();
    site.close();
    await rm(folder, { recursive: true });
  });

  async function launch(name: string) {
    const profile = join(folder, name);
    await mkdir(profile, { recursive: true });
    const browser = await tested.driver().launch({ profile });
    await browser.page.goto(site.url);
    return { ...browser, profile };
  }

  /** A copy of the running profile. `follow` brings the copy to the state of the profile. */
  async function followed(name: string) {
    const copy = join(folder, name);
    const stops: number[] = [];
    const options = { clock: systemClock, onStopped: (ms: number) => void stops.push(ms) };
    await mkdir(copy, { mode: 0o700 });
    await firefoxProfile.copyLive(firefox.profile, copy, options);
    let state = await following.stateOf(copy);
    return {
      copy,
      stops,
      async follow() {
        for await (const step of following.changes(firefox.profile, state, options)) {
          if (step.type === 'commit') state = step.state;
          else await apply(step, copy);
        }
        return state;
      },
    };
  }

  it('has the journal and the log of each kept database in its backups: without them a half-written one is damaged', async () => {
    const databases: string[] = [];
    for await (const { path } of firefoxProfile.list(firefox.profile)) {
      if (path.endsWith('.sqlite')) databases.push(path);
    }
    assert.ok(databases.includes('permissions.sqlite') && databases.includes('cookies.sqlite'), String(databases));
    for (const path of databases) {
      for (const end of ['-journal', '-wal']) assert.ok(isKept(firefoxProfile.parts, `${path}${end}`), `${path}${end}`);
    }
  });

  it('runs on when the caller cancels the reading', async () => {
    const cancel = new AbortController();
    const reading = whileStopped(firefox.profile, { signal: cancel.signal }, async () => {
      cancel.abort();
      await new Promise(() => undefined);
    });
    await assert.rejects(reading, { code: 'aborted' });
    assert.equal(await firefox.page.evaluate('1 + 1'), 2);
  });

  it('is stopped by one reader at a time, so that none lets it run on under another', async () => {
    const order: string[] = [];
    const read = (name: string) =>
      whileStopped(firefox.profile, {}, async () => {
        order.push(`${name} begins`);
        await wait(50);
        order.push(`${name} ends`);
      });
    await Promise.all([read('one'), read('two')]);
    assert.deepEqual(order, ['one begins', 'one ends', 'two begins', 'two ends']);
    assert.equal(await firefox.page.evaluate('1 + 1'), 2);
  });

  it('aborts no transaction of a page that writes as fast as it can, and each copy has all rows up to one', async () => {
    await startWriting(firefox.page);
    const { copy, stops, follow } = await followed('copy');
    while (stops.length < 50) await follow();
    const { done: least } = await written(firefox.page);
    await follow();
    const { done, aborted } = await stopWriting(firefox.page);
    assert.deepEqual(aborted, []);
    assert.ok(done > 50, `only ${done} transactions are complete`);
    assert.deepEqual(await firefoxProfile.inspect(copy), { is: 'intact' });
    const restored = await launch('copy');
    const rows = await rowsIn(restored.page);
    await restored.close();
    assert.ok(typeof rows !== 'string', String(rows));
    assert.ok(rows.length >= least, `the copy has ${rows.length} rows of ${least}`);
    assert.deepEqual(rows, [...rows.keys()]);
  });

  it('is not stopped while nothing changes, also not after it has moved its log into the database', async () => {
    await startWriting(firefox.page);
    const { stops, follow } = await followed('rested');
    await until(async () => (await written(firefox.page)).done >= 20);
    await stopWriting(firefox.page);
    const logOf = ({ files }: ProfileState) => {
      const path = Object.keys(files).find((name) => /\/idb\/.*-wal$/.test(name)) ?? '';
      return JSON.stringify(files[path]);
    };
    assert.doesNotMatch(logOf(await follow()), /"size":0\b/);
    // Firefox empties the log after a rest of 2 s.
    await until(async () => {
      const before = stops.length;
      const log = logOf(await follow());
      return stops.length === before && /"size":0\b/.test(log);
    });
  });

  it('ends when our process is killed during a stop', async (test) => {
    const profile = join(folder, 'owned');
    await mkdir(profile);
    const owner = fork(join(import.meta.dirname, 'stopping-owner.ts'), [profile]);
    test.after(() => owner.kill('SIGKILL'));
    await once(owner, 'message');
    assert.ok((await firefoxProfile.lock.read(profile)) !== undefined);
    owner.kill('SIGKILL');
    await until(async () => (await firefoxProfile.lock.read(profile)) === undefined);
  });
});

/** Carries a step out on a copy. */
async function apply(step: Exclude<ProfileStep, { readonly type: 'commit' }>, copy: string): Promise<void> {
  assert.ok(step.type !== 'began-again', step.type === 'began-again' ? step.why : '');
  const path = join(copy, step.path);
  if (step.type === 'remove') return rm(path);
  if (step.type === 'truncate') return truncate(path, step.size);
  await mkdir(dirname(path), { recursive: true });
  if (step.type === 'create') return writeFile(path, '');
  const file = await open(path, 'r+');
  assert.ok(step.at <= (await file.stat()).size, `a gap in ${step.path}`);
  await file.write(step.bytes, 0, step.bytes.length, step.at);
  await file.close();
}
