import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { readSecretFile } from './read-secret-file.js';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'wakey-secret-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A key file that belongs to root. The reader is user 4321 in group 1000. */
function mounted(mode: number, gid: number): string {
  const path = join(folder(), 'key');
  writeFileSync(path, 'secret');
  chownSync(path, 0, gid);
  chmodSync(path, mode);
  vi.spyOn(process, 'getuid').mockReturnValue(4321);
  vi.spyOn(process, 'getgroups').mockReturnValue([1000]);
  vi.spyOn(process, 'getgid').mockReturnValue(1000);
  return path;
}

const isRoot = process.getuid?.() === 0;

it.runIf(isRoot)('reads a secret that root mounted for one of our groups only', async () => {
  expect((await readSecretFile(mounted(0o440, 1000))).reveal()).toBe('secret');
});

it.runIf(isRoot).each([
  [0o440, 2000],
  [0o444, 1000],
  [0o460, 1000],
])(
  'refuses a mounted secret with mode %i and group %i, with advice for the person who mounts it',
  async (mode, gid) => {
    await expect(readSecretFile(mounted(mode, gid))).rejects.toThrow('defaultMode: 0440 and fsGroup in Kubernetes');
  },
);

it('refuses a device and a directory without waiting', async () => {
  await expect(readSecretFile('/dev/zero')).rejects.toThrow('it is a device');
  await expect(readSecretFile(tmpdir())).rejects.toThrow('it is a directory');
});

it('waits for the writer of a pipe for a minute at most', async () => {
  const pipe = join(folder(), 'pipe');
  execFileSync('mkfifo', ['-m', '600', pipe]);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const read = readSecretFile(pipe).catch(String);
  // The first timer is for the call that looks at the file, the second is for the read.
  await vi.waitFor(() => expect(timers).toHaveBeenCalledTimes(2));
  vi.advanceTimersByTime(60_000);
  expect(await read).toContain(`${pipe} did not answer within 60 s`);
  vi.useRealTimers();
  // Frees the thread that waits for a writer. Without `O_NONBLOCK`, this process would wait until the thread reads.
  await vi.waitFor(() => closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)));
});
