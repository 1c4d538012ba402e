import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileTrouble, realFiles, thisPlatform } from '@wakey/host';
import { temporaryDirectory, tree } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { open } from './testing/place.js';

const isRoot = process.getuid?.() === 0;

it('creates a missing directory and its parents private, with a .gitignore in it', async () => {
  const sessionsDir = join(temporaryDirectory(), 'a', 'b');
  const workspace = await open({ sessionsDir });
  expect([statSync(join(sessionsDir, '..')).mode & 0o777, statSync(sessionsDir).mode & 0o777]).toEqual([0o700, 0o700]);
  expect(readFileSync(join(sessionsDir, '.gitignore'), 'utf8')).toMatch(/^\*$/m);
  expect(readFileSync(join(workspace.directory, '.gitignore'), 'utf8')).toBe('*\n');
  expect(workspace.findings).toEqual([]);
  await workspace.release();
});

it('makes a directory of its own private again that others can read, and reports a finding', async () => {
  const sessionsDir = join(temporaryDirectory(), 'sessions');
  await (await open({ sessionsDir })).release();
  chmodSync(sessionsDir, 0o755);
  const workspace = await open({ sessionsDir });
  expect(workspace.findings).toEqual([{ kind: 'modes-repaired', path: sessionsDir, was: '0755', count: 1 }]);
  expect(statSync(sessionsDir).mode & 0o777).toBe(0o700);
  await workspace.release();
});

it.each([0o2770, 0o2777])(
  'makes a directory of its own private again that others can write, also if each mount opens it again',
  async (mode) => {
    const sessionsDir = join(temporaryDirectory(), 'sessions');
    for (let mount = 0; mount < 2; mount += 1) {
      await (await open({ sessionsDir })).release();
      chmodSync(sessionsDir, mode);
      chmodSync(join(sessionsDir, 'main'), mode);
      const workspace = await open({ sessionsDir });
      expect(workspace.findings.map(({ kind }) => kind)).toEqual(['modes-repaired', 'modes-repaired']);
      expect(statSync(sessionsDir).mode & 0o777).toBe(0o700);
      await workspace.release();
    }
  },
);

it.runIf(isRoot)('does not treat a directory as its own if another user has marked it', async () => {
  const sessionsDir = join(temporaryDirectory(), 'sessions');
  await (await open({ sessionsDir })).release();
  chownSync(join(sessionsDir, '.gitignore'), 1234, 1234);
  chmodSync(sessionsDir, 0o770);
  await expect(open({ sessionsDir })).rejects.toMatchObject({
    code: 'sessions-dir-unusable',
    message: expect.stringMatching(/^Others can write .* its mode is 0770\. Run: chmod 700 '\/.*sessions'/),
  });
  expect(statSync(sessionsDir).mode & 0o777).toBe(0o770);
});

it.runIf(isRoot)('accepts a volume that root has mounted for its group alone', async () => {
  const sessionsDir = temporaryDirectory();
  chownSync(sessionsDir, 0, 1234);
  chmodSync(sessionsDir, 0o2770);
  const as = (groups: readonly number[]) => ({ ...thisPlatform, uid: 4321, groups });
  const stranger = await open({ sessionsDir, platform: as([9]) }).catch((thrown: unknown) => thrown);
  expect(stranger).toMatchObject({ code: 'sessions-dir-unusable', details: { owner: 0 } });
  // Everything in it belongs to root here, so the opening fails at the session's own directory.
  mkdirSync(join(sessionsDir, 'main'), { mode: 0o700 });
  const ours = await open({ sessionsDir, platform: as([1234]) }).catch((thrown: unknown) => thrown);
  expect(ours).toMatchObject({ code: 'session-unreadable', details: { path: join(sessionsDir, 'main') } });
});

it('refuses a directory that Wakey did not create and that others can read, with the command that makes it private', async () => {
  const sessionsDir = temporaryDirectory();
  writeFileSync(join(sessionsDir, 'notes.txt'), 'mine');
  chmodSync(sessionsDir, 0o755);
  const error = await open({ sessionsDir }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'sessions-dir-unusable', details: { path: sessionsDir, mode: '0755' } });
  expect(String(error)).toContain(`chmod 700 '${sessionsDir}'`);
  expect([...tree(sessionsDir).keys()]).toEqual(['notes.txt']);
  expect(statSync(sessionsDir).mode & 0o777).toBe(0o755);
});

it('does not advise to make a directory private that is shared on purpose', async () => {
  const sessionsDir = temporaryDirectory();
  chmodSync(sessionsDir, 0o1777);
  const error = await open({ sessionsDir }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'sessions-dir-unusable', details: { mode: '0777' } });
  expect(String(error)).toContain('name a directory that does not exist yet');
  expect(String(error)).not.toContain('chmod');
});

it('accepts a private directory that Wakey did not create, and adds no .gitignore to it', async () => {
  const sessionsDir = temporaryDirectory();
  writeFileSync(join(sessionsDir, 'notes.txt'), 'mine');
  const workspace = await open({ sessionsDir });
  expect([...tree(sessionsDir).keys()].filter((name) => !name.startsWith('main'))).toEqual(['notes.txt']);
  await workspace.release();
});

it('follows a link to a sessions directory', async () => {
  const place = temporaryDirectory();
  mkdirSync(join(place, 'real'), { mode: 0o700 });
  symlinkSync('real', join(place, 'link'));
  const workspace = await open({ sessionsDir: join(place, 'link') });
  expect(workspace.directory).toBe(join(place, 'real', 'main'));
  await workspace.release();
});

it.runIf(isRoot)('refuses a directory that belongs to another user, with the command that takes it over', async () => {
  const sessionsDir = temporaryDirectory();
  chownSync(sessionsDir, 1234, 1234);
  await expect(open({ sessionsDir })).rejects.toMatchObject({
    code: 'sessions-dir-unusable',
    message: expect.stringContaining(`sudo chown 0 '${sessionsDir}'`),
  });
});

it.each([
  ['a file', (place: string) => writeFileSync(join(place, 'x'), '')],
  ['a link to nothing', (place: string) => symlinkSync('nowhere', join(place, 'x'))],
])('refuses %s in place of the directory, or of a parent of it', async (_, put) => {
  const place = temporaryDirectory();
  put(place);
  const before = existsSync(join(place, 'x'));
  for (const sessionsDir of [join(place, 'x'), join(place, 'x', 'y')]) {
    await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'sessions-dir-unusable' });
  }
  expect(existsSync(join(place, 'x'))).toBe(before);
});

it.each(['', 'with\0nul', `/${'x/'.repeat(3000)}`])('refuses the impossible name %j', async (sessionsDir) => {
  await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'sessions-dir-unusable' });
});

it.runIf(process.platform === 'linux')('gives up at once if a directory cannot be created in its parent', async () => {
  await expect(open({ sessionsDir: '/proc/wakey/sessions' })).rejects.toMatchObject({ code: 'sessions-dir-unusable' });
});

describe('a volume without modes', () => {
  const ignoring = { ...realFiles, chmod: async () => undefined };
  const refusing = {
    ...realFiles,
    chmod: async () => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    },
  };

  it.each([ignoring, refusing])('is refused with a hint if others can read it', async (files) => {
    const sessionsDir = join(temporaryDirectory(), 'sessions');
    const lack = {
      code: 'sessions-dir-unusable',
      message: expect.stringMatching(/does not keep modes.*WSL.*umask=077/),
    };
    const opening = {
      ...files,
      mkdir: async (path: string) => realFiles.mkdir(path).then(() => chmodSync(path, 0o777)),
    };
    const mounted = opening as unknown as typeof realFiles;
    await expect(open({ sessionsDir, files: mounted })).rejects.toMatchObject(lack);
    expect(existsSync(sessionsDir)).toBe(false);
    await (await open({ sessionsDir })).release();
    chmodSync(sessionsDir, 0o755);
    await expect(open({ sessionsDir, files })).rejects.toMatchObject(lack);
    chmodSync(sessionsDir, 0o700);
    chmodSync(join(sessionsDir, 'main'), 0o755);
    await expect(open({ sessionsDir, files })).rejects.toMatchObject({ ...lack, code: 'session-unreadable' });
  });

  it.each([ignoring, refusing])('is accepted if its mount options make it private', async (files) => {
    const workspace = await open({ sessionsDir: join(temporaryDirectory(), 'sessions'), files });
    await workspace.update({ linkedAt: 1 });
    expect(workspace.findings).toEqual([]);
    await workspace.release();
  });
});

it('accepts a volume that cannot flush the names in a directory, and reports a finding', async () => {
  const sessionsDir = temporaryDirectory();
  const unflushable = async (...given: Parameters<typeof realFiles.open>) => {
    const handle = await realFiles.open(...given);
    if (!(await handle.stat()).isDirectory()) return handle;
    handle.sync = async () => {
      throw Object.assign(new Error('EINVAL'), { code: 'EINVAL' });
    };
    return handle;
  };
  const workspace = await open({ sessionsDir, files: { ...realFiles, open: unflushable } });
  await workspace.update({ linkedAt: 1 });
  expect(workspace.findings).toContainEqual({ kind: 'names-not-flushed', path: workspace.directory });
  await workspace.release();
});

it.each(['ENOLCK', 'EOPNOTSUPP'])('reports that a volume has no locks if the file system answers %s', (code) => {
  const error = fileTrouble('session-unreadable', 'open', '/mnt/main', Object.assign(new Error(code), { code }));
  expect(error).toMatchObject({ code: 'sessions-dir-unusable', message: expect.stringMatching(/locks.*NFS/) });
});
