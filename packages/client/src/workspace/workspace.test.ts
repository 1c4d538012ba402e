import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realFiles } from '@wakey/host';
import { temporaryDirectory, tree } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { listSessions } from './list-sessions.js';
import { open } from './testing/place.js';

it('opens a new session with an empty private profile and a record that is not linked', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory() });
  expect(workspace.record()).toEqual({ version: 1, id: 'main', createdAt: expect.any(Number), generation: 0 });
  expect(await workspace.isProfileEmpty()).toBe(true);
  expect(statSync(workspace.profileDir).mode & 0o777).toBe(0o700);
  expect(workspace.formerHolder).toBeUndefined();
  await workspace.release();
});

it('removes a new session at a release with isUnused', async () => {
  const parent = temporaryDirectory();
  const workspace = await open({ sessionsDir: join(parent, 'sessions') });
  writeFileSync(join(workspace.profileDir, 'Local State'), '{}');
  await workspace.release({ isUnused: true });
  expect(tree(parent).size).toBe(0);
});

it('leaves an existing session unchanged at a release with isUnused', async () => {
  const sessionsDir = temporaryDirectory();
  await (await open({ sessionsDir })).release();
  const before = tree(sessionsDir);
  await (await open({ sessionsDir })).release({ isUnused: true });
  expect(tree(sessionsDir)).toEqual(before);
});

it('keeps a new session that was linked meanwhile at a release with isUnused', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  await workspace.update({ linkedAt: 1 });
  writeFileSync(join(workspace.profileDir, 'key'), 'secret');
  await workspace.release({ isUnused: true });
  expect(existsSync(join(workspace.profileDir, 'key'))).toBe(true);
});

it('names the holder in the error of a second opening, also if both openings are in one process', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  await expect(open({ sessionsDir })).rejects.toMatchObject({
    code: 'session-in-use',
    message:
      `Session "main" is held by wakey start, process ${process.pid} on host here, since 2026-11-23T17:00:00.000Z. ` +
      'Stop that process first, or use another session name.',
    details: { session: 'main', host: 'here', pid: process.pid, program: 'wakey start' },
  });
  await workspace.release();
});

it('does not take a locked session as free if the file that names its holder is old, absent or invalid', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  for (const text of ['{"host":"here","pid":1,"since":0,"program":"long ago"}', 'nonsense', '[]', '{"pid":"x"}']) {
    writeFileSync(join(workspace.directory, 'holder.json'), text);
    await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'session-in-use' });
  }
  rmSync(join(workspace.directory, 'holder.json'));
  await expect(open({ sessionsDir })).rejects.toThrow('held by a process that has not written its name');
  await workspace.release();
});

it('notices that another file has replaced its lock file', async () => {
  const sessionsDir = temporaryDirectory();
  const lock = join(sessionsDir, 'main', 'lock');
  await (await open({ sessionsDir })).release();
  let replaced = 0;
  const files = {
    ...realFiles,
    // Another process replaces the file after it was opened and before it is locked.
    async open(...args: Parameters<typeof realFiles.open>) {
      const handle = await realFiles.open(...args);
      if (args[0] === lock && replaced++ === 0) {
        rmSync(lock);
        writeFileSync(lock, '');
      }
      return handle;
    },
  };
  const workspace = await open({ sessionsDir, files });
  expect(replaced).toBe(2);
  await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'session-in-use' });
  await workspace.release();
});

it('releases a session completely, also if release() is called twice, and refuses every later call', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  await Promise.all([workspace.release(), workspace.release()]);
  await workspace.release();
  expect(existsSync(join(workspace.directory, 'holder.json'))).toBe(false);
  await expect(workspace.update({ me: 'x' })).rejects.toMatchObject({ code: 'closed' });
  await expect(workspace.eraseCredentials()).rejects.toMatchObject({ code: 'closed' });
  await (await open({ sessionsDir })).release();
});

it('stores record changes in the order of the calls, and forgets removed fields', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  await Promise.all([
    workspace.update({ linkedAt: 7, me: '447700900000@c.us' }),
    workspace.update({ browser: { product: 'Chrome', version: '156' }, generation: 3 }),
    workspace.update({ me: undefined }),
  ]);
  await workspace.release();
  const again = await open({ sessionsDir });
  expect(again.record()).toMatchObject({ linkedAt: 7, browser: { product: 'Chrome', version: '156' }, generation: 3 });
  expect(again.record()).not.toHaveProperty('me');
  await again.release();
});

it('refuses a change with an invalid value and keeps the record', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory() });
  await expect(workspace.update({ linkedAt: Number.NaN })).rejects.toMatchObject({ code: 'invalid-argument' });
  expect(workspace.record()).not.toHaveProperty('linkedAt');
  await workspace.update({ linkedAt: 1 });
  expect(workspace.record().linkedAt).toBe(1);
  await workspace.release();
});

it('moves a whole profile to quarantine under a name with time and reason, and deletes none', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory() });
  writeFileSync(join(workspace.profileDir, 'key'), 'one');
  const first = await workspace.quarantineProfile('will-not-load');
  writeFileSync(join(workspace.profileDir, 'key'), 'two');
  const second = await workspace.quarantineProfile('will-not-load');
  expect(first).toMatch(/quarantine\/2026-11-23T18-00-00-000Z-will-not-load$/);
  expect(second).not.toBe(first);
  expect([readFileSync(join(first, 'key'), 'utf8'), readFileSync(join(second, 'key'), 'utf8')]).toEqual(['one', 'two']);
  expect(await workspace.isProfileEmpty()).toBe(true);
  await expect(workspace.quarantineProfile('../out')).rejects.toMatchObject({ code: 'invalid-argument' });
  await workspace.release();
});

it('erases the login although the deletion of files fails, and deletes the remaining files at the next opening', async () => {
  const sessionsDir = temporaryDirectory();
  const files = { ...realFiles };
  const workspace = await open({ sessionsDir, files });
  await workspace.update({ linkedAt: 1, me: 'x' });
  writeFileSync(join(workspace.profileDir, 'key'), 'secret');
  files.rm = () => Promise.reject(Object.assign(new Error('busy'), { code: 'EBUSY' }));
  const { deletion } = await workspace.eraseCredentials();
  const trash = join(workspace.directory, 'trash');
  expect(await deletion).toMatchObject({ done: false, path: trash, cause: { code: 'EBUSY' } });
  expect(workspace.record()).not.toHaveProperty('linkedAt');
  expect(workspace.record()).not.toHaveProperty('me');
  expect(await workspace.isProfileEmpty()).toBe(true);
  await workspace.release();
  const busy = await open({ sessionsDir, files });
  expect(busy.findings).toEqual([{ kind: 'trash-left', path: trash }]);
  await busy.release();
  await (await open({ sessionsDir })).release();
  expect(existsSync(trash)).toBe(false);
});

it('waits at release for the deletion of the erased files', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  for (let at = 0; at < 200; at++) writeFileSync(join(workspace.profileDir, String(at)), 'secret');
  await workspace.eraseCredentials();
  await workspace.release();
  expect(existsSync(join(workspace.directory, 'trash'))).toBe(false);
});

it.each([
  ['empty', ''],
  ['cut off', '{"version":1,"id":"main","crea'],
  ['no object', '[]'],
  ['without a version', '{"id":"main","createdAt":1,"generation":0}'],
  ['of another session', '{"version":1,"id":"other","createdAt":1,"generation":0}'],
  ['with an impossible field', '{"version":1,"id":"main","createdAt":"yesterday","generation":0}'],
  ['with an impossible browser', '{"version":1,"id":"main","createdAt":1,"generation":0,"browser":{"product":1}}'],
  ['of a version to come', '{"version":2,"id":"main"}'],
])('refuses a record that is %s, and changes nothing', async (_, text) => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  writeFileSync(join(workspace.profileDir, 'key'), 'secret');
  await workspace.release();
  writeFileSync(join(workspace.directory, 'session.json'), text);
  const before = tree(sessionsDir);
  await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'session-unreadable' });
  expect(tree(sessionsDir)).toEqual(before);
  expect(await listSessions({ sessionsDir })).toMatchObject([
    { id: 'main', isHeld: false, problem: { code: 'session-unreadable' } },
  ]);
});

it('advises an update for a record from a newer Wakey', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  await workspace.release();
  writeFileSync(join(workspace.directory, 'session.json'), '{"version":2}');
  await expect(open({ sessionsDir })).rejects.toThrow(
    'written by a newer Wakey: its version is 2, this Wakey reads version 1. Update',
  );
});

it('reports a profile without a record, and keeps the profile', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  writeFileSync(join(workspace.profileDir, 'key'), 'secret');
  await workspace.release();
  rmSync(join(workspace.directory, 'session.json'));
  const again = await open({ sessionsDir });
  expect(again.findings).toEqual([{ kind: 'record-missing', path: join(again.directory, 'session.json') }]);
  expect(await again.isProfileEmpty()).toBe(false);
  await again.release();
});

it('makes a session’s directory and all its files private again if others can read them, and reports a finding', async () => {
  const sessionsDir = temporaryDirectory();
  const workspace = await open({ sessionsDir });
  const { directory, profileDir } = workspace;
  mkdirSync(join(profileDir, 'Default'));
  writeFileSync(join(profileDir, 'Default', 'Cookies'), 'secret');
  symlinkSync('/nowhere', join(profileDir, 'SingletonLock'));
  await workspace.release();
  chmodSync(directory, 0o755);
  chmodSync(join(profileDir, 'Default'), 0o755);
  chmodSync(join(profileDir, 'Default', 'Cookies'), 0o644);
  chmodSync(join(directory, 'session.json'), 0o666);
  const again = await open({ sessionsDir });
  expect(again.findings).toEqual([{ kind: 'modes-repaired', path: directory, was: '0755', count: 4 }]);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  rmSync(join(profileDir, 'SingletonLock'));
  for (const [name, { mode, text }] of tree(directory)) {
    expect([name, mode]).toEqual([name, text === undefined ? 0o700 : 0o600]);
  }
  await again.release();
});

it.each([
  ['a link to a directory elsewhere', (path: string) => symlinkSync('/tmp', path), /is a symbolic link/],
  ['a file', (path: string) => writeFileSync(path, ''), /is not a directory/],
])('refuses %s in place of a session’s directory', async (_, put, message) => {
  const sessionsDir = temporaryDirectory();
  put(join(sessionsDir, 'main'));
  await expect(open({ sessionsDir })).rejects.toMatchObject({
    code: 'session-unreadable',
    message: expect.stringMatching(message),
  });
});

it('does not follow a link in the place of the lock or of the profile', async () => {
  const sessionsDir = temporaryDirectory();
  const elsewhere = temporaryDirectory();
  writeFileSync(join(elsewhere, 'precious'), 'x', { mode: 0o644 });
  mkdirSync(join(sessionsDir, 'main'), { mode: 0o700 });
  symlinkSync(elsewhere, join(sessionsDir, 'main', 'profile'));
  await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'session-unreadable' });
  rmSync(join(sessionsDir, 'main', 'profile'));
  rmSync(join(sessionsDir, 'main', 'lock'));
  symlinkSync(join(elsewhere, 'precious'), join(sessionsDir, 'main', 'lock'));
  await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'session-unreadable' });
  expect(tree(elsewhere)).toEqual(new Map([['precious', { mode: 0o644, text: 'x' }]]));
});

it.each(['..', '.', 'a/b', '/etc', 'a\\b', 'nul\0', 'x'.repeat(300), '', 'con', '-x'])(
  'refuses %j as the name of a session before it touches the disk',
  async (id) => {
    const sessionsDir = join(temporaryDirectory(), 'sessions');
    await expect(open({ sessionsDir, id })).rejects.toMatchObject({ code: 'invalid-session-id' });
    expect(existsSync(sessionsDir)).toBe(false);
  },
);

it('lists no sessions of a missing directory, and only sessions of an existing one', async () => {
  const sessionsDir = temporaryDirectory();
  expect(await listSessions({ sessionsDir: join(sessionsDir, 'missing') })).toEqual([]);
  const workspace = await open({ sessionsDir, id: 'b' });
  await (await open({ sessionsDir, id: 'a' })).release();
  mkdirSync(join(sessionsDir, '-no-session'));
  writeFileSync(join(sessionsDir, 'file'), '');
  const listed = await listSessions({ sessionsDir });
  expect(listed).toMatchObject([
    { id: 'a', isHeld: false },
    { id: 'b', isHeld: true, holder: { pid: process.pid }, record: { id: 'b' } },
  ]);
  expect(listed[0]).not.toHaveProperty('holder');
  await workspace.release();
  await expect(listSessions({ sessionsDir: join(sessionsDir, 'file') })).rejects.toMatchObject({
    code: 'sessions-dir-unusable',
  });
});
