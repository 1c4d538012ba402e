import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { MARKER_VARIABLE, systemProcessTable } from '@wakey/host';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { forgetBrowser, reapBrowser, reapLeftovers, recordBrowser } from './leftovers.js';
import { processesOf } from './processes-of.js';
import { type BrowserRecord, newMarker } from './record.js';
import { openScratch } from './scratch.js';

let profile: string;
let children: ChildProcess[];

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'wakey-left-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(profile, { recursive: true, force: true });
});

/** A process that keeps running, with a helper, in its own session, as a browser does. */
async function startStubborn(marker: string): Promise<BrowserRecord> {
  const child = spawn('/bin/sh', ['-c', 'trap "" INT TERM; sleep 1000 & echo ready; wait'], {
    detached: true,
    env: { PATH: '/usr/bin:/bin', [MARKER_VARIABLE]: marker },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  const entry = (await systemProcessTable().list()).find((one) => one.pid === pid);
  return { pid, startTime: entry?.startTime ?? '', marker };
}

describe('reapBrowser', () => {
  it('ends every process of the recorded browser, and returns how many', async () => {
    const record = await startStubborn(newMarker());
    expect(await reapBrowser(record)).toBe(2);
    expect(await processesOf(record.marker)).toEqual([]);
    expect(await reapBrowser(record)).toBe(0);
  });

  it('touches no process with the id but without the marker, or with the marker but another start time', async () => {
    const record = await startStubborn(newMarker());
    expect(await reapBrowser({ ...record, marker: newMarker() })).toBe(0);
    expect(await reapBrowser({ ...record, startTime: 'another' })).toBe(0);
    expect(await processesOf(record.marker)).toHaveLength(2);
    await reapBrowser(record);
  });
});

describe('reapLeftovers', () => {
  it('does nothing without a record or with an incomplete record', async () => {
    await reapLeftovers(profile);
    for (const text of ['{"pid": 1', '{}', 'null', '{"pid":"1"}']) {
      await writeFile(join(profile, 'wakey-browser.json'), text);
      await reapLeftovers(profile);
    }
  });

  it('ends nothing if the record does not say when the owner started, or if a pipe is in its place', async () => {
    const record = await startStubborn(newMarker());
    const file = join(profile, 'wakey-browser.json');
    await writeFile(
      file,
      JSON.stringify({ ...record, scratch: '/nowhere', owner: { pid: process.pid, startTime: '' } }),
    );
    await reapLeftovers(profile);
    expect(await processesOf(record.marker)).toHaveLength(2);
    await rm(file);
    await promisify(execFile)('mkfifo', [file]);
    await reapLeftovers(profile);
    expect(await processesOf(record.marker)).toHaveLength(2);
    await reapBrowser(record);
  });

  it('ends nothing while the owner is alive, and reports that the profile is in use', async () => {
    const record = await startStubborn(newMarker());
    await recordBrowser(profile, record, '/nowhere');
    await expect(reapLeftovers(profile)).rejects.toMatchObject({ code: 'browser-failed' });
    expect(await processesOf(record.marker)).toHaveLength(2);
    await reapBrowser(record);
    await forgetBrowser(profile);
    expect(await readdir(profile)).toEqual([]);
  });

  it('ends a browser whose owner crashed before it knew the browser’s process', async () => {
    const owner = spawn('/bin/sh', ['-c', 'exit'], { stdio: 'ignore' });
    await once(owner, 'exit');
    const record = await startStubborn(newMarker());
    await recordBrowser(profile, { pid: 0, startTime: '', marker: record.marker }, '/nowhere');
    await crashedOwner(owner.pid ?? 0);
    await reapLeftovers(profile);
    expect(await processesOf(record.marker)).toEqual([]);
    expect(await readdir(profile)).toEqual([]);
  });

  it('removes the recorded temporary directory of the browser, wherever the temporary directory of the system is', async () => {
    const marker = newMarker();
    const { directory } = await openScratch({ marker, env: { TMPDIR: profile } });
    await recordBrowser(profile, recordOf(marker), directory);
    await reapLeftovers(profile, { temporary: profile });
    expect(await readdir(profile)).toEqual([]);
  });

  it('removes no other directory, even if the record names one', async () => {
    const marker = newMarker();
    const elsewhere = join(profile, 'elsewhere');
    const temporary = join(profile, 'temporary');
    for (const directory of [elsewhere, temporary]) await mkdir(directory);
    const scratch = async (at: string) => (await openScratch({ marker, env: { TMPDIR: at } })).directory;
    const deeper = join(temporary, 'wakey-browser-deeper');
    await mkdir(deeper);
    await writeFile(join(deeper, '.wakey-browser'), 'another marker');
    const link = join(temporary, 'wakey-browser-link');
    await symlink(await scratch(elsewhere), link);
    const claims = [
      await scratch(elsewhere),
      await scratch(deeper),
      deeper,
      link,
      `${link}/`,
      join(temporary, 'wakey-browser-x', '..', '..', 'elsewhere'),
      elsewhere,
      temporary,
    ];
    const before = await readdir(profile, { recursive: true });
    for (const claim of claims) {
      await recordBrowser(profile, recordOf(marker), claim);
      await reapLeftovers(profile, { temporary });
    }
    expect(await readdir(profile, { recursive: true })).toEqual(before);
  });

  it('does not remove a browser’s temporary directory that belongs to another user', async () => {
    const marker = newMarker();
    const { directory } = await openScratch({ marker, env: { TMPDIR: profile } });
    await recordBrowser(profile, recordOf(marker), directory);
    const getuid = vi.spyOn(process, 'getuid').mockReturnValue((process.getuid?.() ?? 0) + 1);
    await reapLeftovers(profile, { temporary: profile });
    getuid.mockRestore();
    expect(await readdir(profile)).toEqual([basename(directory)]);
  });

  it('removes the temporary directory of a process that crashed before it started the browser, and no other', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'wakey-left-temporary-'));
    onTestFinished(() => rm(temporary, { recursive: true, force: true }));
    const env = { TMPDIR: temporary };
    const [mine, another] = [profile, join(profile, 'another')];
    const scratches = [
      await openScratch({ marker: newMarker(), profile: mine, env }),
      await openScratch({ marker: newMarker(), profile: another, env }),
      await openScratch({ marker: newMarker(), env }),
    ];
    const crashed = await crashedScratch(mine, temporary);
    const elsewhere = await crashedScratch(another, temporary);
    await symlink(elsewhere, `${crashed}-link`);
    await reapLeftovers(mine, { temporary });
    const left = [...scratches.map(({ directory }) => directory), elsewhere, `${crashed}-link`];
    expect((await readdir(temporary)).sort()).toEqual(left.map((path) => basename(path)).sort());
  });
});

/** The directory that a process created before it was killed. */
async function crashedScratch(profileDir: string, temporary: string): Promise<string> {
  const owner = fork(join(import.meta.dirname, 'testing/scratch-owner.ts'), [profileDir, temporary], {
    execArgv: ['--import', 'tsx', '--conditions', 'wakey:source'],
  });
  const [directory] = (await once(owner, 'message')) as [string];
  const gone = once(owner, 'exit');
  owner.kill('SIGKILL');
  await gone;
  return directory;
}

/** Makes a process that no longer runs the owner in the record. */
async function crashedOwner(pid: number): Promise<void> {
  const file = join(profile, 'wakey-browser.json');
  const record = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...record, owner: { pid, startTime: 'before' } }));
}

/** A browser that has exited. */
function recordOf(marker: string): BrowserRecord {
  return { pid: 2 ** 22 - 1, startTime: 'long ago', marker };
}
