import assert from 'node:assert/strict';
import { cp, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ProfileClock } from '@wakey/core';
import type { DriverClause } from '../clause.js';
import { rejects, until } from '../expectations.js';
import { followingClause, onChanges } from '../following-clause.js';
import { onFollowing, profileClock } from '../formats.js';
import { commitBytes, commitRows } from '../rows-page.js';

/** What a format promises about the size of the steps, and about the end of its calls. */
export const followingEndClauses: readonly DriverClause[] = [
  followingClause({
    name: 'following: a large value is told in steps of at most 1 MiB, each at a place that the file reaches',
    sabotage: onChanges(async function* (changes) {
      // Sabotage: steps that continue each other become one.
      let joined: { type: 'write'; path: string; at: number; bytes: Uint8Array } | undefined;
      for await (const step of changes) {
        if (step.type === 'write' && step.path === joined?.path && step.at === joined.at + joined.bytes.length) {
          joined = { ...joined, bytes: Buffer.concat([joined.bytes, step.bytes]) };
          continue;
        }
        if (joined !== undefined) yield joined;
        joined = step.type === 'write' ? { ...step } : undefined;
        if (joined === undefined) yield step;
      }
    }),
    async check({ page, copy, resumed }) {
      await commitBytes(page, 6_000_000);
      const { bytes } = await copy.follow();
      assert.ok(bytes >= 6_000_000, `only ${bytes} bytes were told`);
      assert.equal(await resumed(copy.directory), 5);
    },
  }),
  followingClause({
    name: 'following: an abort rejects the call that reads, and its end in any way leaves no open file and no timer',
    sabotage: onFollowing(({ changes }) => ({
      changes: (profile, from, { signal: _, ...others }) => changes(profile, from, others),
    })),
    async check({ page, profile, format: { following }, copy }) {
      const { clock, timers } = countedClock();
      const controller = new AbortController();
      const { signal } = controller;
      // A driver may keep files of the profile open itself, and open some for a moment to read them.
      const own = await openBelow(profile);
      const onlyOwn = async () => isDeepStrictEqual([await openBelow(profile), timers()], [own, 0]);
      await commitBytes(page, 6_000_000);
      const reading = following.changes(profile, copy.state(), { clock, signal })[Symbol.asyncIterator]();
      assert.notEqual((await reading.next()).done, true, 'the page committed, and nothing was told');
      controller.abort(new Error('enough'));
      const rest = async () => {
        while ((await reading.next()).done !== true);
      };
      await rejects(rest(), 'aborted');
      await until(onlyOwn);
      await rejects(
        following.changes(profile, copy.state(), { clock, signal })[Symbol.asyncIterator]().next(),
        'aborted',
      );
      await rejects(following.stateOf(copy.directory, { signal }), 'aborted');
      for await (const _ of following.changes(profile, copy.state(), { clock })) break;
      await until(onlyOwn);
    },
  }),
  followingClause({
    name: 'following: of an earlier profile, the changes since a later state begin again and say that the profile is behind',
    sabotage: onChanges(async function* (changes) {
      for await (const step of changes) yield step.type === 'began-again' ? { type: step.type, why: step.why } : step;
    }),
    async check({ page, format: { following }, copy }) {
      // A format that counts from each backup on need not tell an earlier profile from a later one.
      if (following.counts === 'backup') return;
      const earlier = `${copy.directory}-earlier`;
      await cp(copy.directory, earlier, { recursive: true });
      await commitRows(page, 6, 9);
      await copy.follow();
      const steps = [];
      for await (const step of following.changes(earlier, copy.state(), { clock: profileClock })) steps.push(step);
      const last = steps.at(-1);
      assert.equal(last?.type, 'began-again');
      assert.ok(last?.type === 'began-again' && last.isBehind === true, 'an earlier profile passes for another one');
    },
  }),
  followingClause({
    name: 'following: a watch calls back after a commit of the page, and once ended leaves no watched directory and no timer',
    sabotage: onFollowing(({ watch }) => ({
      watch(...call) {
        const end = watch(...call);
        return () => void setTimeout(end, 1_000);
      },
    })),
    async check({ page, profile, format: { following } }) {
      const { clock, timers } = countedClock();
      let [calls, others] = [0, 0];
      const called = () => {
        calls += 1;
      };
      const end = following.watch(profile, called, { clock });
      for (let row = 6; row < 9; row += 1) {
        const before = calls;
        await commitRows(page, row, row);
        await until(() => calls > before);
      }
      end();
      const atEnd = calls;
      assert.deepEqual([await watchedBelow(profile), timers()], [[], 0]);
      // A second watch sees what the first would have seen.
      const calledToo = () => {
        others += 1;
      };
      const endOther = following.watch(profile, calledToo, { clock });
      await until(() => others > 0);
      const before = others;
      await commitRows(page, 9, 9);
      await until(() => others > before);
      endOther();
      endOther();
      assert.deepEqual([calls, await watchedBelow(profile), timers()], [atEnd, [], 0]);
    },
  }),
];

/** The clock of the system, and how many of its timers are set now. */
function countedClock(): { readonly clock: ProfileClock; timers(): number } {
  const set = new Set<() => void>();
  return {
    clock: {
      now: profileClock.now,
      set(ms, run) {
        const cancel = profileClock.set(ms, () => {
          set.delete(cancel);
          run();
        });
        set.add(cancel);
        return () => {
          set.delete(cancel);
          cancel();
        };
      },
    },
    timers: () => set.size,
  };
}

/** The files below a directory that this process has open. */
async function openBelow(directory: string): Promise<readonly string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => unlessGone(readlink(`/proc/self/fd/${fd}`)));
  return (await Promise.all(links)).filter((path) => path?.startsWith(`${directory}/`) === true).map(String);
}

/** The entries of a directory, and itself, of whose changes the system notifies this process. */
async function watchedBelow(directory: string): Promise<readonly string[]> {
  const infos = (await readdir('/proc/self/fdinfo')).map((fd) =>
    unlessGone(readFile(`/proc/self/fdinfo/${fd}`, 'utf8')),
  );
  const lines = (await Promise.all(infos)).join('\n').matchAll(/^inotify wd:\S+ ino:(\S+)/gm);
  const watched = new Set(Array.from(lines, ([, inode]) => inode));
  const found: string[] = [];
  for (const name of ['', ...(await readdir(directory, { recursive: true }))]) {
    const entry = await unlessGone(stat(join(directory, name), { bigint: true }));
    if (watched.has(entry?.ino.toString(16))) found.push(name);
  }
  return found;
}

/** `undefined` for a file that is gone. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
