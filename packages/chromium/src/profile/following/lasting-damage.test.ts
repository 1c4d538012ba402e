import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileClock } from '@wakey/core';
import { expect, it } from 'vitest';
import { all, makeProfile, openLevel, pageDatabase, writeRound } from '../testing/profile.js';
import { openFollowing } from './follow-profile.js';

const following = openFollowing();

it.each([/\.log$/, /^MANIFEST-/])(
  'reports damage in %s at the second reading, and does not wait for the time limit',
  async (name) => {
    const { profile, state, path, whole } = await written(name);
    await writeFile(path, damaged(whole));
    const { clock, waits } = waitingClock();
    await expect(all(following.changes(profile, state, { clock }))).rejects.toMatchObject({
      code: 'session-unreadable',
      message: expect.stringContaining(path.slice(path.indexOf('Default'))),
    });
    expect(waits()).toBe(1);
  },
);

it('waits while a damaged log changes, because a browser may be writing to it', async () => {
  const { profile, state, path, whole } = await written(/\.log$/);
  await writeFile(path, damaged(whole));
  const { clock, waits } = waitingClock(async (wait) => {
    if (wait < 4) await appendFile(path, 'x');
    if (wait === 4) await writeFile(path, whole);
  });
  const steps = await all(following.changes(profile, state, { clock }));
  expect(steps.at(-1)).toMatchObject({ type: 'commit' });
  expect(waits()).toBe(4);
});

it('reports the damage once the log changes no more', async () => {
  const { profile, state, path, whole } = await written(/\.log$/);
  await writeFile(path, damaged(whole));
  const { clock, waits } = waitingClock(async (wait) => {
    if (wait < 4) await appendFile(path, 'x');
  });
  const reading = all(following.changes(profile, state, { clock }));
  await expect(reading).rejects.toMatchObject({ code: 'session-unreadable' });
  expect(waits()).toBe(4);
});

/** A profile whose page database has changed since the state, with the path and the content of one of its files. */
async function written(name: RegExp) {
  const profile = await makeProfile();
  const state = await following.stateOf(profile);
  const directory = join(profile, pageDatabase);
  const level = await openLevel(directory);
  await writeRound(level, 40);
  await level.close();
  const path = join(
    directory,
    (await readdir(directory))
      .filter((each) => name.test(each))
      .sort()
      .at(-1) ?? '',
  );
  return { profile, state, path, whole: await readFile(path) };
}

/** Another byte in the middle. */
function damaged(whole: Buffer): Buffer {
  const bytes = Buffer.from(whole);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
  return bytes;
}

/** A clock on which each wait is over as soon as `during` is done. */
function waitingClock(during: (wait: number) => Promise<void> = async () => undefined) {
  let [now, count] = [Date.now(), 0];
  const clock: ProfileClock = {
    now: () => now,
    set(ms, run) {
      now += ms;
      count += 1;
      void during(count).then(run);
      return () => undefined;
    },
  };
  return { clock, waits: () => count };
}
