import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packSegments } from '@wakey/bundle';
import { describe, expect, it } from 'vitest';
import { policy, saved, texts, until } from './testing/followed-session.js';
import { reach, ready } from './testing/session-rig.js';

describe('a session whose process was killed after it appended segments that its file following.json does not name', () => {
  /** What the next process of this session finds: `change` happens after one recorded and two later segments. */
  async function killed(change: (parts: Awaited<ReturnType<typeof saved>>) => Promise<void>) {
    const parts = await saved();
    const { commit, clock, segments, sessionsDir, session } = parts;
    await commit('recorded');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length === 1);
    const record = join(sessionsDir, 'main', 'following.json');
    await until(() => existsSync(record));
    const recorded = await readFile(record);
    for (const line of ['one', 'two']) {
      const before = segments().length;
      await commit(line);
      await clock.wind(policy.keepEvery);
      await until(() => segments().length > before);
    }
    await session.stop();
    await writeFile(record, recorded);
    await change(parts);
    await session.start();
    parts.browser.show(ready);
    return parts;
  }

  it('goes on behind the segments that this process appended', async () => {
    const { commit, clock, segments, store } = await killed(async ({ format, profile }) => {
      await format.commit(profile, 'lost with the process');
    });
    await commit('next');
    await clock.wind(policy.keepEvery);
    await until(() => segments().length > 3 || store.kept.size > 1);
    expect(texts(segments())).toEqual(['recorded\n', 'one\n', 'two\n', 'lost with the process\nnext\n']);
  });

  it('writes a whole backup if another holder of the lease has appended meanwhile', async () => {
    const { clock, store } = await killed(async ({ segments }) => {
      const facts = () => ({ at: 0, proved: 0, fence: 2 });
      const state = { version: 1, commits: 9, files: {} } as const;
      const steps = (async function* () {
        yield { type: 'commit', state } as const;
      })();
      for await (const { bytes } of packSegments(steps, state, facts)) (segments() as Uint8Array[]).push(bytes);
    });
    await clock.wind(policy.settle);
    await until(() => store.kept.size === 2);
  });

  it.each(['one', 'recorded', 'login'])(
    'restores what the store has if the disk lost the last lines of the profile behind `%s`',
    async (last) => {
      const { session, format, profile, notices } = await killed(async ({ profile }) => {
        const file = join(profile, 'Default/lines');
        const text = await readFile(file, 'utf8');
        await writeFile(file, text.slice(0, text.indexOf(last) + last.length + 1));
      });
      await reach(session, 'ready');
      expect(await format.lines(profile)).toEqual(['login', 'recorded', 'one', 'two']);
      expect(notices('recovery').at(-1)).toMatchObject({ step: 'restored', why: 'profile-behind', from: 'newest' });
      expect(notices('ready').at(-1)).toMatchObject({ from: 'newest', missing: 0 });
    },
  );

  it('ends without touching the profile if the disk lost its last lines and the store cannot read all of them', async () => {
    let lines: () => Promise<readonly string[]> = async () => [];
    const starting = killed(async ({ format, profile, segments }) => {
      lines = () => format.lines(profile);
      await writeFile(join(profile, 'Default/lines'), 'login\n');
      segments()[1]?.fill(0);
    });
    await expect(starting).rejects.toMatchObject({
      code: 'session-unreadable',
      message: expect.stringMatching(/lost the last changes of the profile, and the store cannot bring them back/),
    });
    expect(await lines()).toEqual(['login']);
  });

  it('does not take a profile for one that lost its end if the ladder restored fewer segments on purpose', async () => {
    const { session, format, profile, browser, notices } = await killed(async ({ profile, segments }) => {
      await rm(join(profile, 'Default'), { recursive: true });
      segments()[1]?.fill(0);
    });
    await reach(session, 'ready');
    expect(await format.lines(profile)).toEqual(['login', 'recorded']);
    expect(notices('ready').at(-1)).toMatchObject({ from: 'older' });
    // No whole backup was saved meanwhile.
    await session.stop();
    await session.start();
    browser.show(ready);
    await reach(session, 'ready');
    expect(await format.lines(profile)).toEqual(['login', 'recorded']);
    expect(notices('recovery').filter((notice) => 'why' in notice && notice.why === 'profile-behind')).toEqual([]);
  });
});
