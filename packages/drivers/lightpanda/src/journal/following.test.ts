import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProfileState } from '@wakey/core';
import { systemClock } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { commit, filesOf, origin, putBack, withJournal } from '../../test/journals.ts';
import type { Op } from '../bridge/operations.js';
import { followJournal } from './following.js';
import { parts } from './profile-format.js';

const NOTHING: ProfileState = { version: 1, commits: 0, files: {} };

describe('the changes of a journal', () => {
  const { stateOf, changes } = followJournal(parts);
  let profile: string;
  let copy: string;
  beforeEach(() => {
    profile = temporaryDirectory();
    copy = temporaryDirectory();
  });
  /** Does the steps since a state on the copy. Returns the last state, or why the copy must begin again. */
  const follow = async (from: ProfileState): Promise<ProfileState | string> => {
    let state = from;
    for await (const step of changes(profile, from, { clock: systemClock })) {
      if (step.type === 'began-again') return step.why;
      if (step.type === 'commit') state = step.state;
      else if (step.type === 'create') {
        await mkdir(dirname(join(copy, step.path)), { recursive: true });
        await writeFile(join(copy, step.path), '');
      } else if (step.type === 'write') {
        expect((await readFile(join(copy, step.path))).length).toBe(step.at);
        await appendFile(join(copy, step.path), step.bytes);
      } else throw new Error(`an unexpected ${step.type}`);
    }
    return state;
  };
  const followed = async (from: ProfileState): Promise<ProfileState> => {
    const state = await follow(from);
    if (typeof state === 'string') throw new Error(state);
    return state;
  };
  const store = (...ops: readonly Op[]) => withJournal(profile, (journal) => commit(journal, ops));
  const at = async () => join(profile, 'journal', (await filesOf(profile))[0] ?? '');

  it('are none in a new profile', async () => {
    expect(await stateOf(profile)).toEqual(NOTHING);
    expect(await follow(NOTHING)).toEqual(NOTHING);
  });

  it('are all lines at first and later the new ones, and add up to the profile', async () => {
    await store(['local', 'a', '1']);
    const first = await followed(NOTHING);
    expect(first).toMatchObject({ commits: 1 });
    expect(await withJournal(copy, putBack)).toMatchObject({ [origin]: { local: { a: '1' } } });
    expect(await followed(first)).toEqual(first);
    await store(['local', 'b', 'x'.repeat(3 * 1024 * 1024)]);
    await appendFile(await at(), 'torn');
    const second = await followed(first);
    expect(second).toMatchObject({ commits: 2 });
    expect(second).toEqual(await stateOf(profile));
    const now = await withJournal(profile, putBack);
    expect(await withJournal(copy, putBack)).toEqual(now);
  });

  it('count the commits of pages, and no cookies, over rewritten files too', async () => {
    await withJournal(profile, (journal) => {
      for (const value of ['1', '2', '3']) commit(journal, [['local', 'a', value]]);
      journal.writer.append(JSON.stringify({ cookies: [] }));
    });
    expect(await stateOf(profile)).toMatchObject({ commits: 3 });
    await withJournal(profile, putBack, { small: 0 });
    expect(await stateOf(profile)).toMatchObject({ commits: 3 });
    await store(['local', 'a', '4']);
    expect(await stateOf(profile)).toMatchObject({ commits: 4 });
  });

  it('begin again after the journal was rewritten, lost its end, has another key, or is gone', async () => {
    await store(['local', 'a', '1']);
    const state = await followed(NOTHING);
    const whole = await readFile(await at());
    await truncate(await at(), whole.length - 1);
    expect(await follow(state)).toBe('the journal lost its end');
    await writeFile(await at(), whole);
    const key = await readFile(join(profile, 'seal.key'));
    await writeFile(join(profile, 'seal.key'), Buffer.alloc(32).toString('base64'));
    expect(await follow(state)).toBe('seal.key was replaced');
    await writeFile(join(profile, 'seal.key'), key);
    await withJournal(profile, putBack, { small: 0 });
    expect(await follow(state)).toBe('the journal was rewritten');
    profile = temporaryDirectory();
    expect(await follow(state)).toBe('the journal is gone');
  });

  it('are refused if a line in the middle was changed', async () => {
    await store(['local', 'a', '1']);
    await store(['local', 'b', '2']);
    await writeFile(await at(), (await readFile(await at(), 'utf8')).replace('"1"', '"9"'));
    await expect(follow(NOTHING)).rejects.toMatchObject({ code: 'session-unreadable' });
    await expect(stateOf(profile)).rejects.toMatchObject({ code: 'session-unreadable' });
  });
});
