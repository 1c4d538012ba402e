import assert from 'node:assert/strict';
import type { ProfileStep } from '@wakey/core';
import type { DriverClause } from '../clause.js';
import { until } from '../expectations.js';
import { followingClause, onChanges } from '../following-clause.js';
import { onFollowing, profileClock } from '../formats.js';
import { commitBytes, commitRows, keepCommitting } from '../rows-page.js';

/** What a format promises that can follow a profile: `ProfileFollowing`. */
export const followingClauses: readonly DriverClause[] = [
  followingClause({
    name: 'following: a copy with all that is told is a profile that a browser resumes with all that the page had committed',
    sabotage: onChanges(async function* () {
      yield* [];
    }),
    async check({ page, copy, resumed }) {
      await commitRows(page, 6, 35);
      const before = copy.state().commits;
      assert.ok((await copy.follow()).steps > 0, 'the page committed, and nothing was told');
      assert.ok(copy.state().commits > before, 'the page committed, and the number of commits did not grow');
      assert.equal(await resumed(copy.directory), 35);
      await commitRows(page, 36, 40);
      await copy.follow();
      assert.equal(await page.evaluate('1 + 1'), 2, 'the browser runs on');
      assert.equal(await resumed(copy.directory), 40);
    },
  }),
  followingClause({
    name: 'following: after each group, while the page commits, no earlier commit is missing before a later one',
    sabotage: onChanges(async function* (changes) {
      // Sabotage: each group loses its last bytes.
      let steps: ProfileStep[] = [];
      for await (const step of changes) {
        steps.push(step);
        if (step.type !== 'commit') continue;
        const last = steps.findLastIndex(({ type }) => type === 'write');
        yield* steps.filter((_, index) => index !== last);
        steps = [];
      }
    }),
    async check({ page, copy, format, resumed, prefix }) {
      const writer = await keepCommitting(page, 6);
      const prefixes: { readonly directory: string; readonly least: number }[] = [];
      let least = 5;
      for (let turn = 0; turn < 3; turn += 1) {
        const [before, last] = [least, await writer.committed()];
        await until(async () => (await writer.committed()) > last);
        const told = await writer.committed();
        // The group that tells the rows may be any; the first one is what an interrupted sequence ends with.
        let first: string | undefined;
        await copy.follow({
          onGroup: async () => {
            assert.deepEqual(await format.inspect(copy.directory), { is: 'intact' }, 'the copy after a group');
            first ??= await prefix();
          },
        });
        assert.ok(first !== undefined, 'the page committed, and no group was told');
        least = told;
        prefixes.push({ directory: first, least: before }, { directory: await prefix(), least });
      }
      const last = await writer.end();
      await copy.follow();
      for (const each of [...prefixes, { directory: copy.directory, least: last }]) {
        const count = await resumed(each.directory);
        assert.ok(
          count >= each.least && count <= last,
          `${count} rows are there, and ${each.least} to ${last} are due`,
        );
      }
    },
  }),
  followingClause({
    name: 'following: nothing is told while nothing changes, also not to another process that has the state as JSON',
    sabotage: onChanges(async function* (changes, from) {
      let state = from;
      for await (const step of changes) {
        if (step.type === 'commit') state = step.state;
        yield step;
      }
      yield { type: 'commit', state };
    }),
    async check({ page, close, copy, another }) {
      await commitRows(page, 6, 10);
      await close();
      await copy.follow();
      for (const by of [undefined, another(), undefined, another()]) {
        assert.deepEqual(await copy.follow(by === undefined ? {} : { by }), { steps: 0, bytes: 0 });
      }
    },
  }),
  followingClause({
    name: 'following: another process goes on from a state that it got as JSON, and tells no old bytes again',
    sabotage: onFollowing(({ changes }) => ({
      changes: (profile, from, options) => changes(profile, { ...from, files: {} }, options),
    })),
    async check({ page, copy, another, resumed }) {
      await commitBytes(page, 6_000_000);
      await copy.follow();
      await commitRows(page, 6, 9);
      const { steps, bytes } = await copy.follow({ by: another() });
      assert.ok(steps > 0, 'the page committed, and nothing was told');
      assert.ok(bytes < 5_000_000, `${bytes} bytes were told, and the page had committed about one thousand`);
      await commitRows(page, 10, 12);
      await copy.follow();
      assert.equal(await resumed(copy.directory), 12);
    },
  }),
  followingClause({
    name: 'following: one last call after the end of the browser tells all that the browser wrote before it ended',
    sabotage: onChanges(async function* (changes) {
      for await (const step of changes) {
        yield step;
        if (step.type === 'commit') return;
      }
    }),
    async check({ page, close, copy, profile, format, contents, resumed }) {
      await commitRows(page, 6, 10);
      await page.evaluate(`(localStorage.last = 'kept', document.cookie = 'last=kept; max-age=86400', null)`);
      await close();
      await copy.follow();
      const own = await format.following.stateOf(copy.directory);
      for await (const step of format.following.changes(profile, own, { clock: profileClock })) {
        assert.fail(`the copy differs from the profile: ${'path' in step ? `${step.type} ${step.path}` : step.type}`);
      }
      const [folder, copied] = [await contents(profile), await contents(copy.directory)];
      for (const [path, sha256] of copied) assert.equal(sha256, folder.get(path), `the content of ${path}`);
      assert.equal(await resumed(copy.directory), 10);
    },
  }),
];
