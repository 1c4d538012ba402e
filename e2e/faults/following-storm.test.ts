import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applySegments, packSegments, readSegment, type TellableStep } from '@wakey/bundle';
import { chromiumProfile } from '@wakey/chromium';
import { isKept, type ProfileState, type ProfileStep } from '@wakey/core';
import { systemClock } from '@wakey/host';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copySession } from '../support/hot-copies/copy-session.ts';
import { readBack, startWriting, writtenSoFar } from '../support/hot-copies/writer.ts';
import { linkSession, type Rig, reach, startRig } from '../support/rig.ts';

const { following } = chromiumProfile;
let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

it.each(['headless-shell', 'chromium'] as const)(
  'a copy of a profile follows a page in %s that writes as fast as it can, is intact after each group, and lacks nothing after a SIGKILL',
  async (browser) => {
    const session = await linkSession(rig, { browser, store: 'none', policy: { maxRestarts: 0 } });
    const { page } = session;
    if (page === undefined) throw new Error('there is no page');
    const live = join(rig.sessionsDir, 'main', 'profile');
    const copy = join(rig.sessionsDir, 'other', 'profile');
    await startWriting(page);
    await copySession(rig.sessionsDir, 'other', (profile, into) =>
      chromiumProfile.copyLive(profile, into, { clock: systemClock }),
    );
    const follower = followerOf(live, copy, await stateOf(copy));

    let written = 0;
    for (let round = 0; written < 600 || round < 20; round += 1) {
      await follower.follow();
      expect(await chromiumProfile.inspect(copy)).toEqual({ is: 'intact' });
      written = await writtenSoFar(page);
    }
    const { pid } = JSON.parse(await readFile(join(rig.sessionsDir, 'main', 'session.json'), 'utf8')).browserProcess;
    process.kill(pid, 'SIGKILL');
    await reach(session, 'ended');

    await chromiumProfile.repair(live);
    await follower.follow();
    // The live profile may have files besides: those of a compaction that the kill interrupted.
    const [ours, theirs] = [await sumsOf(copy), await sumsOf(live)];
    expect(ours).toEqual(new Map([...theirs].filter(([path]) => ours.has(path))));
    expect(await following?.stateOf(copy)).toMatchObject({ commits: follower.commits() });
    const other = rig.session({ id: 'other', browser, store: 'none' });
    await other.start();
    await other.ready();
    if (other.page === undefined) throw new Error('there is no page');
    const found = await readBack(other.page);
    expect(found.faults).toEqual([]);
    expect(found.last).toBeGreaterThanOrEqual(written);
  },
  120_000,
);

/** Applies each change of the profile in `live` to the copy, which is in the state `from`. */
function followerOf(live: string, copy: string, from: ProfileState) {
  let state = from;
  return {
    commits: () => state.commits,
    async follow() {
      const changes = following?.changes(live, state, { clock: systemClock });
      if (changes === undefined) throw new Error('the format follows profiles');
      const facts = () => ({ at: 0, proved: 0, fence: 1 });
      for await (const segment of packSegments(tellable(changes), state, facts)) {
        const takes = (path: string) => isKept(chromiumProfile.parts, path);
        await applySegments(one({ number: 1, ...readSegment(segment.bytes) }), copy, { through: 1, takes });
        state = segment.state ?? state;
      }
    },
  };
}

async function stateOf(profile: string): Promise<ProfileState> {
  const state = await following?.stateOf(profile);
  if (state === undefined) throw new Error('the format follows profiles');
  return state;
}

async function* tellable(steps: AsyncIterable<ProfileStep>): AsyncGenerator<TellableStep> {
  for await (const step of steps) {
    if (step.type === 'began-again') throw new Error(`the profile began again: ${step.why}`);
    yield step;
  }
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** The SHA-256 of each file that a backup contains, but for `Local State`, of which a copy has a part. */
async function sumsOf(profile: string): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  for await (const { path, open } of chromiumProfile.list(profile)) {
    if (path === 'Local State') continue;
    const hash = createHash('sha256');
    for await (const bytes of open()) hash.update(bytes);
    sums.set(path, hash.digest('hex'));
  }
  return sums;
}
