import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@wakey/host';
import { canMount, mountedDisk, type SmallDisk } from '@wakey/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commit, origin, putBack, withJournal } from '../../test/journals.ts';
import { followJournal } from './following.js';
import { lineOf } from './lines.js';
import { openJournal } from './open-journal.js';
import { parts } from './profile-format.js';
import { openWriter } from './writer.js';

/** More than the room that the last page of a file may have. */
const LONG = 'x'.repeat(20_000);
const ROOM = 500_000;

describe.runIf(canMount())('a journal on a full disk', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = mountedDisk();
  });
  afterEach(() => disk.remove());

  /** A clock that the test winds. */
  const handClock = () => {
    let now = 0;
    const timers = new Set<{ readonly at: number; readonly ring: () => void }>();
    return {
      now: () => now,
      set(ms: number, ring: () => void) {
        const timer = { at: now + ms, ring };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
      /** Resolves when a timer is set, and then lets it ring. */
      async wind(ms: number) {
        await vi.waitFor(() => expect(timers.size).toBe(1));
        now += ms;
        for (const timer of timers) {
          timers.delete(timer);
          timer.ring();
        }
      },
    };
  };
  const openOn = async (patience?: number) => {
    const path = join(disk.path, 'a.log');
    const clock = handClock();
    const onFailed = vi.fn();
    const onRefused = vi.fn();
    const writer = openWriter(await open(path, 'a'), {
      onFailed,
      clock,
      ...(patience === undefined ? {} : { patience }),
    });
    writer.onRefused(onRefused);
    return { path, clock, onFailed, onRefused, writer };
  };

  const following = followJournal(parts);
  /** What a follower of the profile is told. */
  const followed = async () => {
    const paths: string[] = [];
    const from = { version: 1, commits: 0, files: {} } as const;
    for await (const step of following.changes(disk.path, from, { clock: systemClock })) {
      if (step.type === 'create') paths.push(step.path);
      if (step.type === 'commit') paths.push(`${step.state.commits} commits`);
    }
    return paths;
  };

  it('holds each line until there is room, in order, and has no half of one', async () => {
    const { path, clock, onFailed, onRefused, writer } = await openOn();
    writer.append('first');
    await writer.flush();
    disk.leave(0);
    const written: string[] = [];
    for (const name of ['a', 'b']) writer.append(`${name} ${LONG}`, () => written.push(name));
    await expect(writer.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
    writer.append('c', () => written.push('c'));
    await clock.wind(1_000);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(writer.refusal()).toMatchObject({ code: 'ENOSPC' });
    // The try that goes on at the moment takes back its part of a line.
    await vi.waitFor(async () => expect(await readFile(path, 'utf8')).toBe(lineOf('first')));
    expect(written).toEqual([]);
    disk.leave(ROOM);
    await clock.wind(1_000);
    await vi.waitFor(() => expect(written).toEqual(['a', 'b', 'c']));
    await writer.flush();
    expect(writer.refusal()).toBe(undefined);
    await writer.close();
    expect(await readFile(path, 'utf8')).toBe(['first', `a ${LONG}`, `b ${LONG}`, 'c'].map(lineOf).join(''));
    expect(onRefused).toHaveBeenCalledOnce();
    expect(onFailed).not.toHaveBeenCalled();
  });

  it('ends the writing when the disk stays full for too long', async () => {
    const { path, clock, onFailed, writer } = await openOn(2_000);
    disk.leave(0);
    writer.append(LONG);
    await clock.wind(1_000);
    await clock.wind(1_000);
    await vi.waitFor(() => expect(onFailed).toHaveBeenCalledWith(expect.objectContaining({ code: 'ENOSPC' })));
    await expect(writer.close()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect((await stat(path)).size).toBe(0);
  });

  it('waits for no room when it is closed', async () => {
    const { onFailed, writer } = await openOn();
    disk.leave(0);
    writer.append(LONG);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(writer.close()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(onFailed).toHaveBeenCalledOnce();
  });

  it('tells a follower of the profile what is written, and that the rest is not', async () => {
    await withJournal(disk.path, async (journal) => {
      const told = Promise.withResolvers<void>();
      const unwatch = following.watch(disk.path, told.resolve, { clock: systemClock });
      commit(journal, [['local', 'a', '1']]);
      await journal.writer.flush();
      disk.leave(0);
      commit(journal, [['local', 'b', LONG]]);
      await told.promise;
      unwatch();
      await vi.waitFor(() => expect(followed()).rejects.toMatchObject({ code: 'sessions-dir-unusable' }));
      disk.leave(ROOM);
      await vi.waitFor(async () => expect(await followed()).toContain('2 commits'), { timeout: 10_000 });
    });
    expect(await withJournal(disk.path, putBack)).toMatchObject({ [origin]: { local: { a: '1', b: LONG } } });
  });

  it('tells a reader after the end of a browser that its last changes are not written, until the next browser begins', async () => {
    const journal = await openJournal(disk.path, () => undefined);
    commit(journal, [['local', 'a', '1']]);
    await journal.writer.flush();
    disk.leave(0);
    commit(journal, [['local', 'b', LONG]]);
    await expect(journal.writer.close()).rejects.toMatchObject({ code: 'ENOSPC' });
    disk.leave(ROOM);
    await expect(followed()).rejects.toMatchObject({ code: 'sessions-dir-unusable' });
    await withJournal(disk.path, async () => expect(await followed()).toContain('1 commits'));
  });
});
