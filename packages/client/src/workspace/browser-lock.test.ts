import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Platform, type ProcessFacts, thisPlatform } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { open } from './testing/place.js';
import type { Workspace } from './workspace.js';

const NAMES = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

/** Writes Chromium's lock into a profile, as a browser does; `target` is `<host>-<pid>`. */
function putLock(workspace: Workspace, target: string): void {
  for (const name of NAMES) symlinkSync(target, join(workspace.profileDir, name));
}

function isThere(workspace: Workspace): readonly boolean[] {
  return NAMES.map((name) => lstatSync(join(workspace.profileDir, name), { throwIfNoEntry: false }) !== undefined);
}

/** A platform on which only these processes are alive. */
function withProcesses(...alive: readonly ProcessFacts[]): Platform {
  return {
    ...thisPlatform,
    uid: process.getuid?.(),
    process: async (pid) => alive.find((one) => one.pid === pid),
    processesWith: async (argument) => alive.filter(({ command }) => command?.includes(argument)).map(({ pid }) => pid),
  };
}

it('finds no lock in a profile without one', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory() });
  expect(await workspace.clearStaleBrowserLock()).toEqual({ found: 'none' });
  await workspace.release();
});

it('removes a lock whose process is not alive on this host', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory(), platform: withProcesses() });
  putLock(workspace, 'here-4711');
  expect(await workspace.clearStaleBrowserLock()).toEqual({
    found: 'stale',
    host: 'here',
    pid: 4711,
    proof: 'process-gone',
  });
  expect(isThere(workspace)).toEqual([false, false, false]);
  await workspace.release();
});

it('removes a lock whose process number now belongs to another program', async () => {
  const platform = withProcesses({ pid: 4711, startTime: 'x', command: '/usr/bin/vim' });
  const workspace = await open({ sessionsDir: temporaryDirectory(), platform });
  putLock(workspace, 'here-4711');
  expect(await workspace.clearStaleBrowserLock()).toMatchObject({ found: 'stale', proof: 'process-is-another' });
  await workspace.release();
});

it('keeps a lock whose process is alive and whose command line cannot be read', async () => {
  const platform = withProcesses({ pid: 4711, startTime: undefined, command: undefined });
  const workspace = await open({ sessionsDir: temporaryDirectory(), platform });
  putLock(workspace, 'here-4711');
  expect(await workspace.clearStaleBrowserLock()).toMatchObject({ found: 'unproved', host: 'here', pid: 4711 });
  expect(isThere(workspace)).toEqual([true, true, true]);
  await workspace.release();
});

it('keeps the lock of another host if no holder of the session ran there', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory(), platform: withProcesses() });
  putLock(workspace, 'some-other-host-4711');
  expect(await workspace.clearStaleBrowserLock()).toMatchObject({
    found: 'unproved',
    host: 'some-other-host',
    pid: 4711,
  });
  expect(isThere(workspace)).toEqual([true, true, true]);
  await workspace.release();
});

it('removes the lock of a container that is gone, if a holder of the session ran there', async () => {
  const sessionsDir = temporaryDirectory();
  const platform = withProcesses();
  const before = await open({ sessionsDir, platform });
  putLock(before, 'old-container-7');
  await before.update({ browserProcess: { host: 'old-container', pid: 7 } });
  await before.release();
  const workspace = await open({ sessionsDir, platform });
  expect(await workspace.clearStaleBrowserLock()).toEqual({
    found: 'stale',
    host: 'old-container',
    pid: 7,
    proof: 'owner-gone',
  });
  await workspace.release();
});

it('counts the host of a holder that crashed as a host on which the session ran', async () => {
  const sessionsDir = temporaryDirectory();
  const platform = withProcesses();
  await (await open({ sessionsDir, platform })).release();
  const left = JSON.stringify({ host: 'old-container', pid: 1, since: 0, program: 'wakey start' });
  writeFileSync(join(sessionsDir, 'main', 'holder.json'), left);
  const workspace = await open({ sessionsDir, platform });
  putLock(workspace, 'old-container-7');
  expect(await workspace.clearStaleBrowserLock()).toMatchObject({ found: 'stale', proof: 'owner-gone' });
  await workspace.release();
});

it('finds a live browser that takes no lock on its profile, such as the headless shell', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory() });
  const argument = `--user-data-dir=${workspace.profileDir}`;
  const browser = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)', '--', argument]);
  onTestFinished(() => void browser.kill('SIGKILL'));
  await once(browser.stdout, 'data');
  expect(await workspace.clearStaleBrowserLock()).toMatchObject({ found: 'live', pid: browser.pid });
  browser.kill('SIGKILL');
  await once(browser, 'exit');
  expect(await workspace.clearStaleBrowserLock()).toEqual({ found: 'none' });
  await workspace.release();
});

it('keeps a file that is in the place of the lock and names no process', async () => {
  const workspace = await open({ sessionsDir: temporaryDirectory() });
  writeFileSync(join(workspace.profileDir, 'SingletonLock'), '');
  expect(await workspace.clearStaleBrowserLock()).toMatchObject({ found: 'unproved', host: '' });
  expect(existsSync(join(workspace.profileDir, 'SingletonLock'))).toBe(true);
  await workspace.release();
});

it('recognizes a browser that a crash left running by its start time, not by its number', async () => {
  const alive = { pid: 4711, startTime: 'boot 17', command: 'chrome --marker=a' };
  const workspace = await open({ sessionsDir: temporaryDirectory(), platform: withProcesses(alive) });
  const strayOf = async (named: { pid: number; host: string; startTime?: string; marker?: string }) => {
    await workspace.update({ browserProcess: named });
    return workspace.strayBrowser();
  };
  expect(await strayOf({ host: 'here', pid: 4711, startTime: 'boot 17' })).toMatchObject({ pid: 4711 });
  expect(await strayOf({ host: 'here', pid: 4711, startTime: 'boot 16' })).toBeUndefined();
  expect(await strayOf({ host: 'there', pid: 4711, startTime: 'boot 17' })).toBeUndefined();
  expect(await strayOf({ host: 'here', pid: 4712, startTime: 'boot 17' })).toBeUndefined();
  expect(await strayOf({ host: 'here', pid: 4711, marker: '--marker=a' })).toMatchObject({ pid: 4711 });
  expect(await strayOf({ host: 'here', pid: 4711, marker: '--marker=b' })).toBeUndefined();
  expect(await strayOf({ host: 'here', pid: 4711 })).toBeUndefined();
  await workspace.release();
});
