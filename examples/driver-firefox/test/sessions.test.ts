import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Session } from '@wakey/client';
import { environment } from '../src/firefox.ts';
import { firefoxDriver } from '../src/firefox-driver.ts';
import { firefoxProfile } from '../src/profile-format.ts';
import { type LinkedSession, linkSession, type OpenOptions, openSession } from './linked-session.ts';
import { executable } from './tested-driver.ts';

/** Against hanging: a wait for a state or for a backup has no limit of its own. */
const LIMIT = { timeout: 120_000 };

describe('a session that was linked on Firefox', { timeout: 600_000 }, () => {
  let linked: LinkedSession;
  const sessions: Session[] = [];
  before(async () => {
    linked = await linkSession();
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.stop();
  });
  after(() => linked.close());

  /** Starts a session in this directory, and collects what it reports. */
  async function start(sessionsDir: string, options: Partial<OpenOptions> = {}) {
    const session = openSession({ url: linked.simulator.url, sessionsDir, ...options });
    sessions.push(session);
    const seen: string[] = [];
    session.on('state', ({ name }) => {
      if (seen.at(-1) !== name) seen.push(name);
    });
    session.on('recovery', (notice) => {
      seen.push(notice.step === 'restored' ? `restored ${notice.generation}` : `${notice.step}: ${notice.why}`);
    });
    await session.start();
    return { session, seen };
  }

  it('resumes after a stop without a code', LIMIT, async () => {
    const { session, seen } = await start(await linked.copy());
    await readyWithoutCode(session);
    await session.stop();
    // A page that syncs between two readings shows no `syncing`.
    const told = seen.filter((name) => name !== 'syncing');
    assert.deepEqual(told, ['starting', 'resuming', 'ready', 'stopping', 'stopped']);
    assert.equal(linked.simulator.phone.devices().length, 1);
  });

  it('is restored from its backup without a code when its profile is gone', LIMIT, async () => {
    const sessionsDir = await linked.copy();
    await rm(profileIn(sessionsDir), { recursive: true });
    const { session, seen } = await start(sessionsDir);
    await readyWithoutCode(session);
    assert.ok(seen.includes('restored 1'), String(seen));
  });

  it(
    'is restored from its backup when a database is cut, which Firefox would replace by an empty one',
    LIMIT,
    async () => {
      const sessionsDir = await linked.copy();
      for (const database of await storageIn(profileIn(sessionsDir), /\/idb\/[^/]*\.sqlite$/))
        await truncate(database, 5_000);
      const { session, seen } = await start(sessionsDir);
      await readyWithoutCode(session);
      assert.ok(seen.includes('restoring: profile-damaged'), String(seen));
    },
  );

  it(
    'asks for a new link, and says that the login is lost, when the storage of the page is gone and no backup exists',
    LIMIT,
    async () => {
      const sessionsDir = await linked.copy();
      await rm(join(profileIn(sessionsDir), 'storage'), { recursive: true });
      await rm(join(sessionsDir, 'main', 'bundles'), { recursive: true });
      const { session } = await start(sessionsDir);
      const state = await reach(session, 'awaiting-qr');
      assert.equal(state.run.why, 'credentials-lost');
    },
  );

  it('needs no code after a loss of localStorage, because the page keeps a copy of the login', LIMIT, async () => {
    const sessionsDir = await linked.copy();
    for (const folder of await storageIn(profileIn(sessionsDir), /\/ls$/)) await rm(folder, { recursive: true });
    const { session } = await start(sessionsDir);
    await readyWithoutCode(session);
  });

  it('asks for a new link, and says why, when the phone unlinked it while it was stopped', LIMIT, async (test) => {
    const own = await linkSession();
    test.after(() => own.close());
    const [device] = own.simulator.phone.devices();
    assert.ok(own.simulator.phone.unlink(device?.id ?? ''));
    const { session } = await start(await own.copy(), { url: own.simulator.url });
    const state = await reach(session, 'awaiting-qr');
    await session.stop();
    assert.equal(state.run.why, 'unlinked-while-away');
  });

  it('starts Firefox again after a kill, without a code', LIMIT, async () => {
    const sessionsDir = await linked.copy();
    const { session, seen } = await start(sessionsDir);
    await readyWithoutCode(session);
    process.kill(await processOf(profileIn(sessionsDir)), 'SIGKILL');
    await reach(session, 'backing-off');
    await readyWithoutCode(session);
    await session.stop();
    // A page that syncs between two readings shows no `syncing`.
    const since = seen.slice(seen.indexOf('backing-off')).filter((name) => name !== 'syncing');
    assert.deepEqual(since, ['backing-off', 'starting', 'resuming', 'ready', 'stopping', 'stopped']);
  });

  it(
    'is restored without a code from a backup of the running Firefox, after a kill of its process and the loss of its profile',
    LIMIT,
    async (test) => {
      const sessionsDir = await linked.folder();
      const owner = fork(join(import.meta.dirname, 'session-owner.ts'), [linked.simulator.url, sessionsDir]);
      test.after(() => owner.kill('SIGKILL'));
      owner.on('message', ({ qr }: { readonly qr?: string }) => qr && linked.simulator.phone.scan(qr));
      await saved(owner);
      owner.kill('SIGKILL');
      await once(owner, 'exit');
      await until(async () => (await firefoxProfile.lock.read(profileIn(sessionsDir))) === undefined);
      await rm(profileIn(sessionsDir), { recursive: true });
      const { session, seen } = await start(sessionsDir);
      await readyWithoutCode(session);
      assert.ok(seen.includes('restored 1'), String(seen));
    },
  );

  it(
    'leaves no Firefox that a backup has stopped, when its process is killed during the backup',
    LIMIT,
    async (test) => {
      const sessionsDir = await linked.copy();
      const owner = fork(join(import.meta.dirname, 'session-owner.ts'), [linked.simulator.url, sessionsDir]);
      test.after(() => owner.kill('SIGKILL'));
      await saved(owner);
      const profile = profileIn(sessionsDir);
      process.kill(await processOf(profile), 'SIGSTOP');
      owner.kill('SIGKILL');
      await until(async () => (await firefoxProfile.lock.read(profile)) === undefined);
      const { session } = await start(sessionsDir);
      await readyWithoutCode(session);
    },
  );

  it(
    'starts no Firefox while another one has its profile open, and names the process of that one',
    LIMIT,
    async (test) => {
      const sessionsDir = await linked.copy();
      const profile = profileIn(sessionsDir);
      const args = ['--headless', '--no-remote', '--profile', profile, 'about:blank'];
      const other = spawn(executable, args, { env: { ...process.env, ...environment }, stdio: 'ignore' });
      test.after(() => other.kill('SIGKILL'));
      await until(async () => (await firefoxProfile.lock.read(profile))?.pid === other.pid);
      await assert.rejects(start(sessionsDir), { code: 'session-in-use', message: new RegExp(`process ${other.pid}`) });
      other.kill();
      await once(other, 'exit');
      const { session } = await start(sessionsDir);
      await readyWithoutCode(session);
    },
  );

  it('refuses the driver of another browser, and names its own', LIMIT, async () => {
    const driver = { ...firefoxDriver({ executable }), profileFormat: { ...firefoxProfile, name: 'another' } };
    await assert.rejects(start(await linked.copy(), { driver }), {
      code: 'session-unreadable',
      message: /linked with \(firefox\)/,
    });
  });
});

function profileIn(sessionsDir: string): string {
  return join(sessionsDir, 'main', 'profile');
}

/** The paths of files in the storage of the page that match `wanted`. */
async function storageIn(profile: string, wanted: RegExp): Promise<readonly string[]> {
  const storage = join(profile, 'storage/default');
  const found = (await readdir(storage, { recursive: true })).filter((path) => wanted.test(path));
  assert.notEqual(found.length, 0);
  return found.map((path) => join(storage, path));
}

/** The process of the Firefox that has this profile open. */
async function processOf(profile: string): Promise<number> {
  const { pid } = (await firefoxProfile.lock.read(profile)) ?? {};
  assert.ok(pid !== undefined, 'no Firefox has the profile open');
  return pid;
}

/** Resolves when the session is ready. Rejects when it ends, or asks for a code. */
async function readyWithoutCode(session: Session): Promise<void> {
  for await (const { name } of session.states()) {
    if (name === 'ready') return;
    assert.notEqual(name, 'awaiting-qr');
  }
  throw new Error('The session ended before it was ready.');
}

/** Resolves with the first state of this name. */
async function reach<S extends Session['state']['name']>(session: Session, name: S) {
  for await (const state of session.states()) {
    if (state.name === name) return state as Extract<Session['state'], { readonly name: S }>;
  }
  throw new Error(`The session ended before the state ${name}.`);
}

/** Resolves when the process reports a backup. */
async function saved(owner: ChildProcess): Promise<void> {
  for (;;) {
    const [{ generation }] = (await once(owner, 'message')) as [{ readonly generation?: number }];
    if (generation !== undefined) return;
  }
}

/** Resolves when the condition holds. The time limit of the test ends the wait. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await wait(20);
}
