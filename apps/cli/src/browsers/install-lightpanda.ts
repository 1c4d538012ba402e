import { chmod, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { downloadedBinary, downloadsOf } from '@wakey/browser-process';
import type { Environment } from '@wakey/config';
import { isWakeyError, plainText, WakeyError } from '@wakey/core';
import { type FileLock, fileTrouble, realFiles, takeLock, thisPlatform } from '@wakey/host';
import { type LightpandaPin, releaseOf, wheelTags } from './lightpanda-wheels.js';
import { type Machine, thisMachine, wheelPlatformOf } from './machine.js';
import { digestOf, downloadWheel, requirePip, unpackWheel, wrongDigest } from './pip.js';
import { runTool, type ToolResult } from './run-tool.js';
import { watchSize } from './watch-size.js';

/** What an installation does now. `bytes`: how many bytes are on the disk so far. */
export type Progress = { readonly is: 'waiting' } | { readonly is: 'downloading'; readonly bytes: number };

/** Options of `installLightpanda`. */
export interface InstallOptions {
  /** Names the directory of the cache. pip and Python get this environment too. */
  readonly env: Environment;
  /** When it aborts, the installation ends and leaves nothing. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** @default this machine */
  readonly machine?: Machine;
}

/** An installed Lightpanda. */
export interface InstalledLightpanda {
  readonly executable: string;
  /** Whether this call has installed it. */
  readonly isNew: boolean;
}

/**
 * Downloads a version of Lightpanda with pip into Wakey's cache, unless this version is there and runs. The binary appears
 * there whole or not at all. Two installations at once, also of two processes, wait for each other. Rejects with
 * `browser-unavailable`, and leaves nothing, if the machine, pip, the network, the disk or the checksum does not allow it.
 */
export async function installLightpanda(pin: LightpandaPin, options: InstallOptions): Promise<InstalledLightpanda> {
  const { env, signal } = options;
  const platform = wheelPlatformOf(options.machine ?? thisMachine());
  const downloads = downloadsOf('lightpanda', env);
  if (downloads === undefined) throw noCache();
  const executable = downloadedBinary(downloads, 'lightpanda', pin.version);
  const isThere = async () => isVersion(await askVersion(executable, '/', signal), pin);
  if (await isThere()) return { executable, isNew: false };
  await requirePip(env, signal);
  try {
    await mkdir(downloads, { recursive: true });
    const lock = await lockOf(downloads, options);
    try {
      if (await isThere()) return { executable, isNew: false };
      await inNewFolder(downloads, async (folder) => {
        const binary = await fetchBinary(pin, platform, folder, options);
        await mkdir(dirname(executable), { recursive: true });
        await rename(binary, executable);
      });
      return { executable, isNew: true };
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw isFileTrouble(error) ? cacheTrouble(downloads, error) : error;
  }
}

/** Waits for the lock under which one process at a time changes the cache. */
async function lockOf(downloads: string, { signal, onProgress }: InstallOptions): Promise<FileLock> {
  for (;;) {
    const lock = await takeLock({ files: realFiles, platform: thisPlatform }, join(downloads, '.lock'));
    if (lock !== undefined) return lock;
    onProgress?.({ is: 'waiting' });
    await setTimeout(POLL, undefined, { signal });
  }
}

/** Removes the folders that killed installations left, runs `work` in a new folder, and removes that folder. Needs the lock. */
async function inNewFolder(downloads: string, work: (folder: string) => Promise<void>): Promise<void> {
  const remove = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  for (const name of await readdir(downloads)) {
    if (name.startsWith(PARTIAL)) await remove(join(downloads, name));
  }
  const folder = await mkdtemp(join(downloads, PARTIAL));
  try {
    await work(folder);
  } finally {
    await remove(folder);
  }
}

/** Returns the path of the binary in `folder`: downloaded, checked, unpacked, and run once. */
async function fetchBinary(
  pin: LightpandaPin,
  platform: keyof typeof wheelTags,
  folder: string,
  { env, signal, onProgress }: InstallOptions,
): Promise<string> {
  const tools = { env: { ...env, ...ownVariables, TMPDIR: folder }, cwd: folder, signal };
  const wheel = {
    requirement: `lightpanda==${pin.version}`,
    tag: wheelTags[platform],
    digest: pin.wheels[platform],
  };
  const stopWatching = watchSize(folder, (bytes) => onProgress?.({ is: 'downloading', bytes }));
  const downloaded = await downloadWheel(wheel, await subfolder(folder, 'wheel'), tools).finally(stopWatching);
  const unpacked = join(folder, 'unpacked');
  await unpackWheel(downloaded, unpacked, tools);
  const binary = join(unpacked, 'lightpanda', 'lightpanda');
  const wanted = pin.binaries?.[platform];
  const found = await digestOf(binary);
  if (wanted !== undefined && found !== wanted) throw wrongDigest('The binary in the wheel', found, wanted);
  await chmod(binary, 0o755);
  await flush(binary);
  const answer = await askVersion(binary, folder, signal);
  signal.throwIfAborted();
  if (!isVersion(answer, pin)) throw doesNotRun(pin, answer);
  return binary;
}

/** pip writes its own temporary files in our folder, and works outside a virtual environment. */
const ownVariables = { PYTHONUNBUFFERED: '1', PIP_REQUIRE_VIRTUALENV: '0' };

async function subfolder(folder: string, name: string): Promise<string> {
  await mkdir(join(folder, name));
  return join(folder, name);
}

/** Flushes a file to the disk, so that its new name never has half of it after a power cut. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Asks a binary for its version, for at most 10 s. */
function askVersion(executable: string, cwd: string, signal: AbortSignal): Promise<ToolResult> {
  const env = { HOME: cwd, LIGHTPANDA_DISABLE_TELEMETRY: 'true' };
  return runTool(executable, ['version'], { env, cwd, signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) });
}

function isVersion({ code, stdout }: ToolResult, pin: LightpandaPin): boolean {
  return code === 0 && stdout.trim() === releaseOf(pin);
}

function doesNotRun(pin: LightpandaPin, { stdout, stderr }: ToolResult): WakeyError {
  const words = plainText(stderr.trim() || stdout.trim(), { most: 300 }) || 'nothing in 10 s';
  return new WakeyError('browser-unavailable', {
    what: `The downloaded Lightpanda ${pin.version} does not run here; asked for its version, it said: ${words}. Nothing was installed.`,
    hint: 'If the cache is on a disk that runs no programs (noexec), set XDG_CACHE_HOME to a directory on another one.',
  });
}

function noCache(): WakeyError {
  return new WakeyError('browser-unavailable', {
    what: 'There is no cache in which Lightpanda could be installed: HOME and XDG_CACHE_HOME are not set.',
    hint: 'Set XDG_CACHE_HOME to the absolute path of a directory.',
  });
}

/** Whether a thrown value is an error of the file system, or of its locks. */
function isFileTrouble(error: unknown): boolean {
  return error instanceof Error && !isWakeyError(error) && 'code' in error;
}

function cacheTrouble(downloads: string, cause: unknown): WakeyError {
  const trouble = fileTrouble('browser-unavailable', 'install Lightpanda in', downloads, cause);
  return new WakeyError('browser-unavailable', {
    what: `${trouble.what} Nothing was installed.`,
    hint: 'Make room there or allow this user to write there, or set XDG_CACHE_HOME to another directory.',
    cause,
    details: trouble.details,
  });
}

/** The beginning of the names of folders in which an installation works. */
const PARTIAL = '.partial-';
/** In ms. */
const POLL = 250;
