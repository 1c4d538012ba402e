import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessEntry, type ProcessTable, systemProcessTable } from '@wakey/host';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { browserVersion } from './browser-version.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakey-version-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const env = { PATH: '/usr/bin:/bin' };

it('returns the name and the version that the binary prints', async () => {
  const binary = await script('echo "Some Browser 12.3.4 extra"');
  expect(await browserVersion(binary, { env })).toEqual({ name: 'Some Browser', version: '12.3.4' });
});

it.skipIf(process.platform === 'win32')('ends a binary that hangs and everything that the binary started', async () => {
  const binary = await hanging();
  expect(await browserVersion(binary, { env, signal: startedThenAborted() })).toBeUndefined();
  const pids = await startedPids();
  const left = (await systemProcessTable().list()).filter((entry) => entry.alive && pids.includes(entry.pid));
  expect(left).toEqual([]);
});

it.skipIf(process.platform === 'win32')('does not resolve while a killed process is still alive', async () => {
  const binary = await hanging();
  let looks = 0;
  const table: ProcessTable = {
    ...systemProcessTable(),
    async list() {
      looks++;
      const [leader = 0] = await startedPids();
      return looks < 3 ? [{ ...nobody, pid: leader, group: leader }] : [];
    },
  };
  expect(await browserVersion(binary, { env, table, signal: startedThenAborted() })).toBeUndefined();
  expect(looks).toBe(3);
});

it('starts no process if the call was aborted before it began', async () => {
  const binary = await hanging();
  expect(await browserVersion(binary, { env, signal: AbortSignal.abort() })).toBeUndefined();
  expect(existsSync(join(folder, 'pids'))).toBe(false);
});

const nobody: ProcessEntry = { pid: 0, parent: 1, group: 0, session: 0, startTime: '', alive: true, marked: false };

/** A binary that writes its process ids to a file, and then neither answers nor exits. */
function hanging(): Promise<string> {
  const pids = join(folder, 'pids');
  return script(`sleep 1000 & echo "$$ $!" > '${pids}.new'; mv '${pids}.new' '${pids}'; sleep 1000`);
}

async function startedPids(): Promise<readonly number[]> {
  return (await readFile(join(folder, 'pids'), 'utf8')).trim().split(' ').map(Number);
}

/** A signal that aborts as soon as the hanging binary runs. */
function startedThenAborted(): AbortSignal {
  const controller = new AbortController();
  const look = () => (existsSync(join(folder, 'pids')) ? controller.abort() : void setTimeout(look, 5));
  look();
  return controller.signal;
}

async function script(text: string): Promise<string> {
  const path = join(folder, 'browser');
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}
