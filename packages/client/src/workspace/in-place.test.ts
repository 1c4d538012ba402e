import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, tree } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { open } from './testing/place.js';

/** What can happen to a session's directory while its owner runs. */
const fates = {
  'moved away': (directory: string, elsewhere: string) => renameSync(directory, elsewhere),
  removed: (directory: string) => rmSync(directory, { recursive: true }),
  'moved, and another one is in its place': (directory: string, elsewhere: string) => {
    renameSync(directory, elsewhere);
    mkdirSync(join(directory, 'profile'), { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, 'lock'), '');
    writeFileSync(join(directory, 'holder.json'), '{}');
  },
  'moved, and a file is in its place': (directory: string, elsewhere: string) => {
    renameSync(directory, elsewhere);
    writeFileSync(directory, 'a file');
  },
};

describe.each(Object.entries(fates))('a session’s directory that is %s', (_, befall) => {
  it('gets no more writes, and neither does its old path', async () => {
    const parent = temporaryDirectory();
    const sessionsDir = join(parent, 'sessions');
    const workspace = await open({ sessionsDir });
    await workspace.update({ linkedAt: 1 });
    befall(join(sessionsDir, 'main'), join(parent, 'elsewhere'));
    const before = [...tree(parent)];
    const changes = [
      () => workspace.assertInPlace(),
      () => workspace.update({ lastReadyAt: 2 }),
      () => workspace.useUnder(3),
      () => workspace.openScratch(),
      () => workspace.quarantineProfile('damaged'),
      () => workspace.eraseCredentials(),
      () => workspace.isProfileEmpty(),
    ];
    for (const change of changes) {
      await expect(change()).rejects.toMatchObject({ code: 'session-unreadable', details: { isGone: true } });
    }
    await workspace.release({ isUnused: true });
    expect([...tree(parent)]).toEqual(before);
  });
});

it('reports whether the directory was removed, or moved with the login in it', async () => {
  const parent = temporaryDirectory();
  const one = await open({ sessionsDir: join(parent, 'one') });
  renameSync(join(parent, 'one'), join(parent, 'two'));
  await expect(one.assertInPlace()).rejects.toThrow('The login is unchanged in the directory');
  rmSync(join(parent, 'two'), { recursive: true });
  await expect(one.assertInPlace()).rejects.toThrow('was removed');
  await one.release();
});

it('works again once the directory is moved back', async () => {
  const parent = temporaryDirectory();
  const workspace = await open({ sessionsDir: join(parent, 'one') });
  renameSync(join(parent, 'one'), join(parent, 'two'));
  await expect(workspace.update({ linkedAt: 1 })).rejects.toMatchObject({ code: 'session-unreadable' });
  renameSync(join(parent, 'two'), join(parent, 'one'));
  expect(await workspace.update({ linkedAt: 1 })).toMatchObject({ linkedAt: 1 });
  await workspace.release();
  expect(existsSync(join(parent, 'one', 'main', 'holder.json'))).toBe(false);
});
