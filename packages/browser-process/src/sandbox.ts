import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFileError } from '@wakey/host';

/** Whether the browser's own sandbox is used, and why. */
export interface SandboxDecision {
  readonly on: boolean;
  readonly reason: string;
}

/** What the decision looks at. */
export interface SandboxOptions {
  readonly sandbox: 'auto' | 'on' | 'off';
  readonly executable: string;
  readonly platform?: NodeJS.Platform;
  /** The user id we run as. @default that of this process */
  readonly uid?: number | undefined;
  /** Whether a user without rights may make a user namespace. @default tried out */
  readonly namespaces?: () => Promise<boolean>;
}

/** Decides about the sandbox: as told, or with `auto` on wherever it can work. */
export async function decideSandbox(options: SandboxOptions): Promise<SandboxDecision> {
  const {
    sandbox,
    executable,
    platform = process.platform,
    uid = process.getuid?.(),
    namespaces = canUnshare,
  } = options;
  if (sandbox !== 'auto') return { on: sandbox === 'on', reason: `the option "sandbox" is "${sandbox}"` };
  if (platform !== 'linux') return { on: true, reason: 'it works for every user on this system' };
  if (uid === 0) return { on: false, reason: 'Chromium has no sandbox for root' };
  if (await hasSetuidHelper(executable)) return { on: true, reason: 'the setuid helper is beside the browser' };
  if (await namespaces()) return { on: true, reason: 'user namespaces work here' };
  return { on: false, reason: 'neither user namespaces nor the setuid helper of Chromium work here' };
}

async function hasSetuidHelper(executable: string): Promise<boolean> {
  for (const name of ['chrome-sandbox', 'chrome_sandbox']) {
    try {
      const { mode, uid } = await stat(join(dirname(executable), name));
      // A download cannot bring that right along, and Chromium does not start with a helper that lacks it.
      if ((mode & SETUID) !== 0 && uid === 0) return true;
    } catch (error) {
      if (!isFileError(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error;
    }
  }
  return false;
}

const SETUID = 0o4000;

/** Kernels, containers and AppArmor forbid namespaces in many ways; trying one is the only certain answer. */
function canUnshare(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('/usr/bin/unshare', ['--user', '--map-root-user', '/bin/true'], { timeout: 2_000 }, (error) =>
      resolve(error === null),
    );
  });
}
