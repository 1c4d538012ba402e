import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFileError } from '@wakey/host';

/** Whether the browser uses its sandbox, and why. */
export interface SandboxDecision {
  readonly on: boolean;
  readonly reason: string;
}

/** Options of `decideSandbox`: the wanted mode, and the facts on which `auto` depends. */
export interface SandboxOptions {
  readonly sandbox: 'auto' | 'on' | 'off';
  readonly executable: string;
  readonly platform?: NodeJS.Platform;
  /** The user id of this process. @default the real one */
  readonly uid?: number | undefined;
  /** Whether an unprivileged user may create a user namespace. @default tried out */
  readonly namespaces?: () => Promise<boolean>;
}

/** Decides whether the browser uses its sandbox: as the option says, or with `auto` if the sandbox can work. */
export async function decideSandbox(options: SandboxOptions): Promise<SandboxDecision> {
  const {
    sandbox,
    executable,
    platform = process.platform,
    uid = process.getuid?.(),
    namespaces = canUnshare,
  } = options;
  if (sandbox !== 'auto') return { on: sandbox === 'on', reason: `the option "sandbox" is "${sandbox}"` };
  if (platform !== 'linux') return { on: true, reason: 'the sandbox works for every user on this system' };
  if (uid === 0) return { on: false, reason: 'Chromium has no sandbox for root' };
  if (await hasSetuidHelper(executable)) return { on: true, reason: 'the setuid helper is next to the browser' };
  if (await namespaces()) return { on: true, reason: 'user namespaces work here' };
  return { on: false, reason: 'neither user namespaces nor the setuid helper of Chromium work here' };
}

async function hasSetuidHelper(executable: string): Promise<boolean> {
  for (const name of ['chrome-sandbox', 'chrome_sandbox']) {
    try {
      const { mode, uid } = await stat(join(dirname(executable), name));
      // A downloaded helper does not have the setuid right, and Chromium does not start with such a helper.
      if ((mode & SETUID) !== 0 && uid === 0) return true;
    } catch (error) {
      if (!isFileError(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error;
    }
  }
  return false;
}

const SETUID = 0o4000;

/**
 * Tries to create a namespace: kernels, containers and AppArmor forbid namespaces in many ways, so only a try is
 * certain.
 */
function canUnshare(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('/usr/bin/unshare', ['--user', '--map-root-user', '/bin/true'], { timeout: 2_000 }, (error) =>
      resolve(error === null),
    );
  });
}
