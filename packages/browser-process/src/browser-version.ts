import { spawn } from 'node:child_process';
import { type ProcessTable, sendSignal, systemProcessTable } from '@wakey/host';
import { systemClock } from './clock.js';
import { browserUnkillable } from './end-process.js';

/** Name and version that a binary prints, such as `{ name: 'Google Chrome', version: '156.0.8078.79' }`. */
export interface BinaryVersion {
  readonly name: string;
  readonly version: string;
}

/** Options of `browserVersion`. */
export interface VersionOptions {
  readonly env: Readonly<Record<string, string>>;
  /** How long the binary may take, in ms. @default 3_000 */
  readonly timeout?: number;
  /** When it aborts, `browserVersion` ends the binary and returns undefined. */
  readonly signal?: AbortSignal;
  readonly platform?: NodeJS.Platform;
  /** @default the process table of this system */
  readonly table?: ProcessTable;
}

/**
 * Asks a binary for its version, without touching a profile. Returns undefined if the binary does not answer, or on
 * Windows, where the question would open a window. After it resolves, no process of the binary is alive. Throws
 * `browser-unkillable` if the system does not end one.
 */
export async function browserVersion(executable: string, options: VersionOptions): Promise<BinaryVersion | undefined> {
  const { env, timeout = 3_000, signal, platform = process.platform, table = systemProcessTable() } = options;
  if (platform === 'win32') return undefined;
  const text = await answer(
    executable,
    env,
    AbortSignal.any([AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])]),
    table,
  );
  const [, name, version] = /([A-Za-z][\w .-]*?) (\d+(?:\.\d+)+)/.exec(text) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** Returns the user agent of this version with a window, in the reduced form that Chrome shows to every site. */
export function plainUserAgent(version: string, platform: NodeJS.Platform = process.platform): string {
  const system = platform === 'darwin' ? 'Macintosh; Intel Mac OS X 10_15_7' : 'X11; Linux x86_64';
  const major = version.split('.')[0];
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}

/**
 * Returns what the binary prints. The binary runs in its own process group, so that a script and everything that the
 * script starts end together.
 */
function answer(
  executable: string,
  env: Readonly<Record<string, string>>,
  over: AbortSignal,
  table: ProcessTable,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (over.aborted) {
      resolve('');
      return;
    }
    const child = spawn(executable, ['--version'], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    const stop = () => {
      child.off('close', done);
      // A process that left the group may hold the other end of the pipe open forever.
      child.stdout.destroy();
      if (child.pid === undefined) resolve(text);
      else endGroup(child.pid, table).then(() => resolve(text), reject);
    };
    const done = () => {
      over.removeEventListener('abort', stop);
      resolve(text);
    };
    over.addEventListener('abort', stop, { once: true });
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.once('close', done);
    // A binary that cannot be started is no error here: the launch reports it with its reason.
    child.once('error', done);
  });
}

/**
 * Kills a process group and waits until all its processes are dead, because a killed process stays alive for a moment
 * on a busy machine.
 */
async function endGroup(leader: number, table: ProcessTable): Promise<void> {
  const begun = systemClock.now();
  for (;;) {
    await sendSignal(-leader, 'SIGKILL');
    const left = (await table.list()).filter((entry) => entry.alive && entry.group === leader);
    if (left.length === 0) return;
    if (systemClock.now() - begun >= GIVE_UP_AFTER) throw browserUnkillable(left);
    await systemClock.wait(POLL);
  }
}

/** In ms. */
const GIVE_UP_AFTER = 5_000;
/** In ms. */
const POLL = 15;
