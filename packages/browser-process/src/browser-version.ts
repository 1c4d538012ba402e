import { spawn } from 'node:child_process';
import { type ProcessTable, sendSignal, systemProcessTable } from '@wakey/host';
import { systemClock } from './clock.js';
import { browserUnkillable } from './end-process.js';

/** What a binary says of itself when asked, such as `{ name: 'Google Chrome', version: '156.0.8078.79' }`. */
export interface BinaryVersion {
  readonly name: string;
  readonly version: string;
}

/** How a binary is asked. */
export interface VersionOptions {
  readonly env: Readonly<Record<string, string>>;
  /** In ms. @default 3_000 */
  readonly timeout?: number;
  /** Aborting ends the asking, and gives undefined. */
  readonly signal?: AbortSignal;
  readonly platform?: NodeJS.Platform;
  /** @default the one of this system */
  readonly table?: ProcessTable;
}

/**
 * Asks a binary for its version, without a profile being touched. Gives undefined where it does not answer, or where
 * asking would open a window (Windows). Once it resolved, no process of it is alive. Throws `browser-unkillable` where
 * the system does not end one.
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

/** The user agent of this version with a window, in the reduced form that Chrome shows to every site. */
export function plainUserAgent(version: string, platform: NodeJS.Platform = process.platform): string {
  const system = platform === 'darwin' ? 'Macintosh; Intel Mac OS X 10_15_7' : 'X11; Linux x86_64';
  const major = version.split('.')[0];
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}

/** What the binary prints. It runs in a group of its own, so that a script and everything the script starts end together. */
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
      // A process that left the group may hold the other end of the pipe open for ever.
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
    // A binary that cannot be started says so, with its reason, when it is started for good.
    child.once('error', done);
  });
}

/** Kills a process group and waits until none of it is alive: a killed process lives on for a moment on a busy machine. */
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
