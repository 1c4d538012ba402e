import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Platform, type ProcessFacts, thisPlatform } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { refuseBrowserOn } from './foreign-browser.js';

/** A user data directory whose lock names `target`, on a machine called `here` on which only these processes run. */
function setUp(target: string | undefined, processes: Readonly<Record<number, string | undefined>> = {}) {
  const directory = temporaryDirectory();
  if (target !== undefined) symlinkSync(target, join(directory, 'SingletonLock'));
  const facts = (pid: number): ProcessFacts => ({ pid, startTime: undefined, command: processes[pid] });
  const platform: Platform = {
    ...thisPlatform,
    process: async (pid) => (pid in processes ? facts(pid) : undefined),
    processesWith: async (argument) =>
      Object.keys(processes)
        .map(Number)
        .filter((pid) => processes[pid]?.split(' ').includes(argument)),
  };
  return { directory, refused: refuseBrowserOn(directory, { platform, host: 'here' }) };
}

describe('a user data directory', () => {
  it.each([
    ['without a lock', undefined, {}],
    ['locked by a process that is gone', 'here-7', {}],
    ['locked by a process number that another program has now', 'here-7', { 7: '/usr/sbin/cron -f' }],
  ])('%s is free, and the check leaves its lock in place', async (_, target, processes) => {
    const { directory, refused } = setUp(target, processes);
    await expect(refused).resolves.toBeUndefined();
    expect(readdirSync(directory)).toEqual(target === undefined ? [] : ['SingletonLock']);
  });

  it.each([
    ['a browser on its usual directory', 'here-7', { 7: '/opt/google/chrome/chrome' }, 'names process 7'],
    ['a process whose command line cannot be read', 'here-7', { 7: undefined }, 'names process 7'],
    ['another machine', 'there-7', {}, 'names host there'],
    ['a lock that names no process', 'rubbish', {}, 'names host'],
  ])('is refused for %s', async (_, target, processes, words) => {
    const { refused } = setUp(target, processes);
    await expect(refused).rejects.toMatchObject({ code: 'session-in-use', message: expect.stringContaining(words) });
  });

  it('is refused for a browser that takes no lock but names the directory on its command line', async () => {
    const directory = temporaryDirectory();
    const platform: Platform = {
      ...thisPlatform,
      processesWith: async (argument) => (argument === `--user-data-dir=${directory}` ? [9] : []),
    };
    await expect(refuseBrowserOn(directory, { platform, host: 'here' })).rejects.toThrow('process 9 runs a browser');
  });
});
