import { spawn } from 'node:child_process';
import { sendSignal } from './processes/send-signal.js';

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
}

/**
 * Asks a binary for its version, without a profile being touched. Gives undefined where it does not answer, or where
 * asking would open a window (Windows). Nothing of it runs on.
 */
export async function browserVersion(executable: string, options: VersionOptions): Promise<BinaryVersion | undefined> {
  const { env, timeout = 3_000, signal, platform = process.platform } = options;
  if (platform === 'win32') return undefined;
  const text = await answer(
    executable,
    env,
    AbortSignal.any([AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])]),
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

/** Whatever it says. In a group of its own, so that a script and what it starts end together. */
function answer(executable: string, env: Readonly<Record<string, string>>, over: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(executable, ['--version'], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    const kill = () => {
      if (child.pid !== undefined) void sendSignal(-child.pid, 'SIGKILL');
      // What left the group may hold the other end open for ever; it is not waited for.
      child.stdout.destroy();
    };
    const done = () => {
      over.removeEventListener('abort', kill);
      resolve(text);
    };
    over.addEventListener('abort', kill, { once: true });
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.once('close', done);
    // A binary that cannot be started says so, with its reason, when it is started for good.
    child.once('error', done);
  });
}
