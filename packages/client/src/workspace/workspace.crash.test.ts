import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultyFiles, faultyFiles, temporaryDirectory, tree } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { open } from './testing/place.js';
import type { Workspace } from './workspace.js';

/** Creates a linked session with a key in its profile. */
async function linkedSession(sessionsDir: string): Promise<void> {
  const workspace = await open({ sessionsDir });
  await workspace.update({ linkedAt: 1, me: 'old' });
  writeFileSync(join(workspace.profileDir, 'key'), 'secret');
  await workspace.release();
}

/**
 * Runs `act` on a linked session again and again: with a fault at its first call of the file system, then at its second
 * call, and so on, until `act` makes no further call. Returns the number of runs.
 */
async function atEveryCall(
  how: 'dies' | 'fails',
  act: (workspace: Workspace) => Promise<unknown>,
  check: (sessionsDir: string, nth: number, hasFailed: boolean) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth++) {
    const sessionsDir = temporaryDirectory();
    await linkedSession(sessionsDir);
    const faulty = faultyFiles();
    const workspace = await open({ sessionsDir, files: faulty.files });
    faulty.arm(how, nth);
    const hasFailed = await act(workspace).then(
      () => false,
      () => true,
    );
    const wasStruck = faulty.calls.length >= nth;
    faulty.disarm();
    if (how === 'fails') await workspace.release();
    await faulty.bury();
    await check(sessionsDir, nth, hasFailed);
    if (!wasStruck) return nth - 1;
  }
}

const update = (workspace: Workspace) => workspace.update({ me: 'new' });
const setAside = { generation: 3, until: 7 };
const erase = async (workspace: Workspace) => (await workspace.eraseCredentials({ keep: 'newest', setAside })).deletion;
const quarantine = (workspace: Workspace) => workspace.quarantineProfile('broken');

it.each(['dies', 'fails'] as const)(
  'has the old or the new record, at whichever call of the file system an update %s',
  async (how) => {
    const seen = new Set<string | undefined>();
    const calls = await atEveryCall(how, update, async (sessionsDir, _, hasFailed) => {
      const workspace = await open({ sessionsDir });
      expect(['old', 'new']).toContain(workspace.record().me);
      expect(workspace.record()).toMatchObject({ linkedAt: 1, generation: 0 });
      if (!hasFailed) expect(workspace.record().me).toBe('new');
      seen.add(workspace.record().me);
      expect(readdirSync(workspace.directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      await workspace.release();
    });
    expect(calls).toBeGreaterThanOrEqual(8);
    expect(seen).toEqual(new Set(['old', 'new']));
  },
);

it('writes a record so that it survives a power cut: bytes, flush, rename, flush of the directory', async () => {
  const faulty = faultyFiles();
  const workspace = await open({ sessionsDir: temporaryDirectory(), files: faulty.files });
  faulty.calls.length = 0;
  await update(workspace);
  // The first call checks that the directory is still in place.
  expect(faulty.calls).toEqual([
    'lstat',
    'stat',
    'open',
    'stat',
    'chmod',
    'writeFile',
    'sync',
    'close',
    'rename',
    'open',
    'sync',
    'close',
  ]);
  await workspace.release();
});

it.each(['dies', 'fails'] as const)(
  'is linked and has its whole profile, or is neither linked nor has a profile, at whichever call an erasure %s',
  async (how) => {
    const seen = new Set<boolean>();
    const calls = await atEveryCall(how, erase, async (sessionsDir, _, hasFailed) => {
      const workspace = await open({ sessionsDir });
      const isLinked = workspace.record().linkedAt !== undefined;
      expect(existsSync(join(workspace.profileDir, 'key'))).toBe(isLinked);
      expect(workspace.record()).not.toHaveProperty('erasingSince');
      expect(workspace.record()).not.toHaveProperty('erasingKeep');
      expect(workspace.record().setAside).toEqual(isLinked ? undefined : setAside);
      expect(existsSync(join(workspace.directory, 'trash'))).toBe(false);
      if (!hasFailed) expect(isLinked).toBe(false);
      seen.add(isLinked);
      await workspace.release();
    });
    expect(calls).toBeGreaterThanOrEqual(20);
    expect(seen).toEqual(new Set([true, false]));
  },
);

it('reports after a crash that it finished an erasure, and which backup the erasure keeps', async () => {
  const sessionsDir = temporaryDirectory();
  await linkedSession(sessionsDir);
  const faulty = faultyFiles();
  const workspace = await open({ sessionsDir, files: faulty.files });
  faulty.arm('dies', 12);
  await expect(erase(workspace)).rejects.toThrow();
  await faulty.bury();
  const again = await open({ sessionsDir });
  expect(again.findings).toEqual([{ kind: 'erasure-finished', since: expect.any(Number), keep: 'newest' }]);
  await again.release();
  const after = await open({ sessionsDir });
  expect(after.findings).toEqual([]);
  await after.release();
});

it.each(['dies', 'fails'] as const)(
  'has the whole profile in one place, at whichever call a move to quarantine %s',
  async (how) => {
    await atEveryCall(how, quarantine, async (sessionsDir) => {
      const workspace = await open({ sessionsDir });
      const keys = [...tree(workspace.directory)].filter(([name]) => name.endsWith('/key'));
      expect(keys.map(([, { text }]) => text)).toEqual(['secret']);
      await workspace.release();
    });
  },
);

it.each(['dies', 'fails'] as const)(
  'has no more than three profiles in quarantine at the next opening, at whichever call a move to quarantine %s',
  async (how) => {
    const act = async (workspace: Workspace) => {
      for (const reason of ['first', 'second', 'third', 'fourth']) await workspace.quarantineProfile(reason);
    };
    await atEveryCall(how, act, async (sessionsDir) => {
      const workspace = await open({ sessionsDir });
      const directory = join(workspace.directory, 'quarantine');
      expect(existsSync(directory) ? readdirSync(directory).length : 0).toBeLessThanOrEqual(3);
      await workspace.release();
    });
  },
);

it.each(['dies', 'fails'] as const)(
  'opens again after the first opening of a session %s at any one call',
  async (how) => {
    const calls = await openingAtEveryCall(how, async (sessionsDir, hasFailed) => {
      if (how === 'fails' && hasFailed) expect(existsSync(sessionsDir)).toBe(false);
      await (await open({ sessionsDir })).release();
    });
    expect(calls).toBeGreaterThanOrEqual(40);
  },
);

it('leaves a linked session unchanged when a call of its opening fails', async () => {
  await openingAtEveryCall(
    'fails',
    async (sessionsDir) => {
      const workspace = await open({ sessionsDir });
      expect(workspace.record()).toMatchObject({ linkedAt: 1, me: 'old' });
      expect(readFileSync(join(workspace.profileDir, 'key'), 'utf8')).toBe('secret');
      await workspace.release();
    },
    linkedSession,
  );
});

async function openingAtEveryCall(
  how: 'dies' | 'fails',
  check: (sessionsDir: string, hasFailed: boolean) => Promise<void>,
  prepare?: (sessionsDir: string) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth++) {
    const sessionsDir = join(temporaryDirectory(), 'sessions');
    await prepare?.(sessionsDir);
    const faulty = faultyFiles();
    faulty.arm(how, nth);
    const opened = await tried(sessionsDir, faulty);
    const wasStruck = faulty.calls.length >= nth;
    faulty.disarm();
    await opened?.release();
    await faulty.bury();
    await check(sessionsDir, opened === undefined);
    if (!wasStruck) return nth - 1;
  }
}

async function tried(sessionsDir: string, { files }: FaultyFiles): Promise<Workspace | undefined> {
  try {
    return await open({ sessionsDir, files });
  } catch (error) {
    expect(error).toMatchObject({ name: 'WakeyError' });
    return undefined;
  }
}
