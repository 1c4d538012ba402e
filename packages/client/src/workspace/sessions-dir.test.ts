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
import { expect, it } from 'vitest';
import { open, temporaryDirectory, tree } from './fixtures/place.js';

const isRoot = process.getuid?.() === 0;

it('makes a missing directory private, its parents too, and keeps git out of it', async () => {
  const sessionsDir = join(temporaryDirectory(), 'a', 'b');
  const workspace = await open({ sessionsDir });
  expect([statSync(join(sessionsDir, '..')).mode & 0o777, statSync(sessionsDir).mode & 0o777]).toEqual([0o700, 0o700]);
  expect(readFileSync(join(sessionsDir, '.gitignore'), 'utf8')).toMatch(/^\*$/m);
  expect(readFileSync(join(workspace.directory, '.gitignore'), 'utf8')).toBe('*\n');
  expect(workspace.findings).toEqual([]);
  await workspace.release();
});

it('closes a directory of its own that was opened to readers, and says so', async () => {
  const sessionsDir = join(temporaryDirectory(), 'sessions');
  await (await open({ sessionsDir })).release();
  chmodSync(sessionsDir, 0o755);
  const workspace = await open({ sessionsDir });
  expect(workspace.findings).toEqual([{ kind: 'modes-repaired', path: sessionsDir, was: '0755', count: 1 }]);
  expect(statSync(sessionsDir).mode & 0o777).toBe(0o700);
  await workspace.release();
});

it('refuses a directory that others can write, even one of its own, and leaves it as it is', async () => {
  const sessionsDir = join(temporaryDirectory(), 'sessions');
  await (await open({ sessionsDir })).release();
  chmodSync(sessionsDir, 0o770);
  await expect(open({ sessionsDir })).rejects.toMatchObject({
    code: 'sessions-dir-unusable',
    message: expect.stringMatching(/^Others can write .* its mode is 0770\. Run: chmod 700 '\/.*sessions'/),
  });
  expect(statSync(sessionsDir).mode & 0o777).toBe(0o770);
});

it('refuses a directory of somebody’s making that others can read, with the command that closes it', async () => {
  const sessionsDir = temporaryDirectory();
  writeFileSync(join(sessionsDir, 'notes.txt'), 'mine');
  chmodSync(sessionsDir, 0o755);
  const error = await open({ sessionsDir }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'sessions-dir-unusable', details: { path: sessionsDir, mode: '0755' } });
  expect(String(error)).toContain(`chmod 700 '${sessionsDir}'`);
  expect([...tree(sessionsDir).keys()]).toEqual(['notes.txt']);
  expect(statSync(sessionsDir).mode & 0o777).toBe(0o755);
});

it('does not advise to close a directory that is shared on purpose', async () => {
  const sessionsDir = temporaryDirectory();
  chmodSync(sessionsDir, 0o1777);
  const error = await open({ sessionsDir }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'sessions-dir-unusable', details: { mode: '0777' } });
  expect(String(error)).toContain('name a directory that is not there yet');
  expect(String(error)).not.toContain('chmod');
});

it('takes a private directory of somebody’s making, and writes nothing of ours beside what is there', async () => {
  const sessionsDir = temporaryDirectory();
  writeFileSync(join(sessionsDir, 'notes.txt'), 'mine');
  const workspace = await open({ sessionsDir });
  expect([...tree(sessionsDir).keys()].filter((name) => !name.startsWith('main'))).toEqual(['notes.txt']);
  await workspace.release();
});

it('takes a link to a sessions directory for the directory it leads to', async () => {
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

it.runIf(process.platform === 'linux')('gives up at once where a directory refuses to hold another', async () => {
  await expect(open({ sessionsDir: '/proc/wakey/sessions' })).rejects.toMatchObject({ code: 'sessions-dir-unusable' });
});

it('says that modes are not kept where a disk ignores chmod', async () => {
  const sessionsDir = join(temporaryDirectory(), 'sessions');
  await (await open({ sessionsDir })).release();
  chmodSync(sessionsDir, 0o755);
  const { realFiles } = await import('./files.js');
  const files = { ...realFiles, chmod: async () => undefined };
  await expect(open({ sessionsDir, files })).rejects.toMatchObject({
    code: 'sessions-dir-unusable',
    message: expect.stringContaining('does not keep modes'),
  });
});
