import { type FSWatcher, watch } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProfilePart } from '@wakey/core';
import { afterEach, expect, it, vi } from 'vitest';
import { watchKept } from './watch-kept.js';

const parts: readonly ProfilePart[] = [{ places: ['kept'], is: 'kept', why: 'the page needs it' }];
const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true }))));

it.each(['ENOSPC', 'EMFILE', 'ENOSYS'])(
  'asks for a comparison twice a second if the system answers a watch with %s, until the watch is ended',
  async (code) => {
    const { profile, clock, calls, watched } = await prepared();
    const end = watched({ notify: refusing(code) });
    for (let times = 1; times <= 3; times += 1) {
      await clock.next(500);
      expect(calls()).toBe(times);
    }
    await clock.isSet(500);
    end();
    await appendFile(join(profile, 'kept/one'), 'x');
    expect([calls(), clock.pending()]).toEqual([3, 0]);
  },
);

it('watches as soon as the system can notify, and then asks only after a change', async () => {
  const { profile, clock, calls, watched } = await prepared();
  let isFull = true;
  const { notify, opened } = recorded((...call) => (isFull ? refusing('ENOSPC') : watch)(...call));
  const end = watched({ notify });
  await clock.next(500);
  await clock.isSet(500);
  isFull = false;
  await clock.next(500);
  await vi.waitFor(() => expect(opened).toHaveLength(2));
  const before = calls();
  await appendFile(join(profile, 'kept/one'), 'x');
  await vi.waitFor(() => expect(calls()).toBeGreaterThan(before));
  expect(clock.pending()).toBe(0);
  end();
});

it('asks for a comparison while the watch of a directory is broken, and then watches the directory again', async () => {
  const { clock, calls, watched } = await prepared();
  const { notify, opened } = recorded(watch);
  const end = watched({ notify });
  await vi.waitFor(() => expect(opened).toHaveLength(2));
  const before = calls();
  opened[0]?.emit('error', new Error('the directory is gone'));
  await clock.next(500);
  expect(calls()).toBeGreaterThan(before);
  await vi.waitFor(() => expect(opened).toHaveLength(3));
  expect(clock.pending()).toBe(0);
  end();
});

it('lets the comparison meet an error that is none of the notifications, at once and at each further look', async () => {
  const { profile, clock, calls, watched } = await prepared();
  await rm(profile, { recursive: true });
  await symlink(profile, profile);
  const end = watched({});
  await vi.waitFor(() => expect(calls()).toBe(1));
  await clock.next(500);
  await vi.waitFor(() => expect(calls()).toBe(3));
  await unlink(profile);
  await mkdir(join(profile, 'kept'), { recursive: true });
  await clock.next(500);
  await vi.waitFor(() => expect(calls()).toBeGreaterThan(4));
  expect(clock.pending()).toBe(0);
  end();
});

it('does not hide an error of the callback, even one that the callback throws once', async () => {
  const { profile, clock } = await prepared();
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    const thrown = new Promise((resolve) => process.once('unhandledRejection', resolve));
    const error = new TypeError('out of order');
    let calls = 0;
    const onChange = () => {
      calls += 1;
      if (calls === 1) throw error;
    };
    const end = watchKept(profile, onChange, { clock, parts, directories: ['.'] });
    expect(await thrown).toBe(error);
    end();
  } finally {
    for (const other of others) process.on('unhandledRejection', other);
  }
});

/** A profile with a kept file, and what watches it. */
async function prepared() {
  const folder = await mkdtemp(join(tmpdir(), 'wakey-watch-'));
  folders.push(folder);
  const profile = join(folder, 'profile');
  await mkdir(join(profile, 'kept'), { recursive: true });
  await writeFile(join(profile, 'kept/one'), 'x');
  const clock = handClock();
  let calls = 0;
  return {
    profile,
    clock,
    calls: () => calls,
    watched: (options: { readonly notify?: Notify }) =>
      watchKept(
        profile,
        () => {
          calls += 1;
        },
        { clock, parts, directories: ['.'], ...options },
      ),
  };
}

type Notify = (path: string, options: object, listener: (event: string, name: string | null) => void) => FSWatcher;

/** Records what a way to notify opens. */
function recorded(how: Notify): { readonly notify: Notify; readonly opened: readonly FSWatcher[] } {
  const opened: FSWatcher[] = [];
  return {
    opened,
    notify(...call) {
      const watcher = how(...call);
      opened.push(watcher);
      return watcher;
    },
  };
}

/** A system that refuses every watch. */
function refusing(code: string): Notify {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

/** A clock whose only timer the test fires. */
function handClock() {
  const timers = new Map<object, { readonly ms: number; readonly run: () => void }>();
  const isSet = (ms: number) => vi.waitFor(() => expect([...timers.values()].map((timer) => timer.ms)).toEqual([ms]));
  return {
    isSet,
    now: () => 0,
    pending: () => timers.size,
    set(ms: number, run: () => void) {
      const key = {};
      timers.set(key, { ms, run });
      return () => timers.delete(key);
    },
    /** Waits for a timer of so many ms, and fires it. */
    async next(ms: number): Promise<void> {
      await isSet(ms);
      const [timer] = timers.values();
      timers.clear();
      timer?.run();
    },
  };
}
