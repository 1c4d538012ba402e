import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clause } from '../clause.js';
import { absences } from './absences.js';
import type { DriverUnderTest } from './clause.js';
import { rejects, until } from './expectations.js';
import { endHolding, isAlive, processesHolding } from './processes.js';
import { withoutProfile } from './sabotage/saboteurs.js';
import { openDriverSubject } from './subject.js';

/** A driver, and a way to run it in another process that the suite then kills. */
export interface OwnedDriver extends DriverUnderTest {
  /**
   * Starts a Node process that waits for one message `{ folder, profile }`, launches a browser on that profile with
   * TMPDIR set to that folder, and sends the browser's process id. The README has an example of ten lines.
   */
  owner(): ChildProcess;
}

const clauses: readonly Clause<OwnedDriver, OwnedDriver>[] = [
  {
    name: 'owner: a browser ends when the process that launched it is killed',
    needs: 'processId',
    check: (subject) =>
      inProfile(async (folder, profile) => {
        const { kill } = await startOwner(subject, folder, profile);
        await kill();
        await until(() => processesHolding(folder).length === 0, 10_000);
      }),
    sabotage: (good) => ({ ...good, owner: () => withCompanion(good.owner()) }),
  },
  {
    name: 'owner: the next launch on a profile ends a browser that outlived its owner, and removes its files',
    needs: 'persistentProfile',
    check: (subject) =>
      inProfile(async (folder, profile) => {
        const { kill, browser } = await startOwner(subject, folder, profile);
        // Stop every process that would end the browser once its owner is gone.
        for (const pid of processesHolding(folder)) process.kill(pid, 'SIGSTOP');
        await kill();
        assert.ok(isAlive(browser), 'the stopped browser ended by itself');
        const next = await subject.driver({ env: { TMPDIR: folder } }).launch({ profile });
        assert.ok(!isAlive(browser), 'the browser of the killed owner still runs');
        assert.equal(await next.page.evaluate('1 + 1'), 2);
        await next.close();
        assert.deepEqual(processesHolding(folder), []);
        assert.deepEqual(await readdir(folder), ['profile']);
      }),
    sabotage: (good) => ({ ...good, ...withoutProfile(good) }),
  },
  {
    name: 'owner: reap ends a browser that outlived its owner, and no browser whose owner is alive',
    needs: 'persistentProfile',
    check: (subject) =>
      inProfile(async (folder, profile) => {
        const { reap } = subject.driver({ env: { TMPDIR: folder } });
        assert.ok(reap !== undefined, 'a driver whose browser keeps a profile has reap');
        await reap(profile);
        const { kill, browser } = await startOwner(subject, folder, profile);
        try {
          await rejects(reap(profile), 'browser-failed');
          assert.ok(isAlive(browser), 'reap ended a browser whose owner is alive');
          // Stop every process that would end the browser once its owner is gone.
          for (const pid of processesHolding(folder)) process.kill(pid, 'SIGSTOP');
        } finally {
          await kill();
        }
        await reap(profile);
        assert.deepEqual(processesHolding(folder), []);
        assert.deepEqual(await readdir(folder), ['profile']);
      }),
    sabotage: (good) => ({
      ...good,
      driver: (options) => ({ ...good.driver(options), reap: async () => undefined }),
    }),
  },
];

/**
 * Clauses for drivers that start processes: what happens to a browser when its owner, the process that launched it, is
 * killed.
 */
export const ownerClauses: readonly Clause<OwnedDriver, OwnedDriver>[] = clauses.map((clause) => ({
  ...clause,
  check: (subject) => (lacks(clause, subject) ? refuses(clause, subject) : clause.check(subject)),
}));

type OwnerClause = (typeof clauses)[number];

function lacks({ needs }: OwnerClause, { driver }: OwnedDriver): boolean {
  return needs !== undefined && !driver().capabilities[needs].supported;
}

async function refuses({ needs }: OwnerClause, under: OwnedDriver): Promise<void> {
  const subject = openDriverSubject(under);
  try {
    if (needs !== undefined) await subject.alone(absences[needs]);
  } finally {
    await subject.close();
  }
}

async function inProfile(work: (folder: string, profile: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wakey-owner-'));
  const profile = join(folder, 'profile');
  await mkdir(profile);
  try {
    await work(folder, profile);
  } finally {
    await endHolding(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A helper process that outlives both its browser and the browser's owner, until the clause removes the folder. */
function withCompanion(owner: ChildProcess): ChildProcess {
  const send = owner.send.bind(owner);
  owner.send = (message: { readonly folder: string }) => {
    const loop = 'while [ -d "$TMPDIR" ]; do sleep 0.2; done';
    const helper = spawn('sh', ['-c', loop], {
      env: { PATH: '/usr/bin:/bin', TMPDIR: message.folder },
      stdio: 'ignore',
    });
    helper.unref();
    return send(message);
  };
  return owner;
}

async function startOwner({ owner }: OwnedDriver, folder: string, profile: string) {
  const child = owner();
  child.send({ folder, profile });
  const [browser] = (await once(child, 'message')) as [number];
  return {
    browser,
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
