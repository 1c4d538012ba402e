import { join } from 'node:path';
import { type Disk, isFileError, type ProcessFacts, unlessAbsent } from '@wakey/host';

/** What was found of Chromium's own profile lock, and what became of it. */
export type BrowserLock =
  | { readonly found: 'none' }
  /** Proved stale, and removed. */
  | { readonly found: 'stale'; readonly host: string; readonly pid: number; readonly proof: StaleProof }
  /** A live browser has the profile. Nothing was removed. */
  | { readonly found: 'live'; readonly host: string; readonly pid: number }
  /** It may be stale, but nothing proves it. Nothing was removed. */
  | { readonly found: 'unproved'; readonly host: string; readonly pid: number; readonly why: string };

/** Why a browser lock can belong to no live browser. */
export type StaleProof =
  /** It names this host and a process that is not alive. */
  | 'process-gone'
  /** It names this host and a process that is alive but does something else: the number was given anew. */
  | 'process-is-another'
  /** It names another host, one that an owner of this session ran on, whose lock has died with it. */
  | 'owner-gone';

/** What a proof is made from. */
export interface BrowserLockFacts {
  readonly profileDir: string;
  /** This machine's name as Chromium writes it. */
  readonly host: string;
  /** Hosts that owners of this session before us are known to have run on. */
  readonly formerHosts: readonly string[];
}

/**
 * Removes Chromium's `SingletonLock`, `SingletonCookie` and `SingletonSocket` when, and only when, they are proved stale.
 * To be called by the owner of the session's lock alone: that nobody else of ours runs a browser here is half the proof.
 */
export async function clearStaleBrowserLock(disk: Disk, facts: BrowserLockFacts): Promise<BrowserLock> {
  const named = await readBrowserLock(disk, facts.profileDir);
  const users = await disk.platform.processesWith(`--user-data-dir=${facts.profileDir}`);
  const user = users[0];
  // The headless shell takes no lock: a live process on this profile counts, whatever the lock says.
  if (user !== undefined) return { found: 'live', host: facts.host, pid: user };
  if (named === undefined) return { found: 'none' };
  const verdict = named.host === facts.host ? await judgeHere(disk, named.pid) : judgeElsewhere(named.host, facts);
  if (verdict.is === 'stale') {
    await removeLock(disk, facts.profileDir);
    return { found: 'stale', ...named, proof: verdict.proof };
  }
  return { found: 'unproved', ...named, why: verdict.why };
}

type Verdict = { readonly is: 'stale'; readonly proof: StaleProof } | { readonly is: 'unproved'; readonly why: string };

/** No process whose command line we can read names the profile. The one the lock names may be one we cannot read. */
async function judgeHere({ platform }: Disk, pid: number): Promise<Verdict> {
  const process: ProcessFacts | undefined = await platform.process(pid);
  if (process === undefined) return { is: 'stale', proof: 'process-gone' };
  if (process.command !== undefined) return { is: 'stale', proof: 'process-is-another' };
  return { is: 'unproved', why: `process ${pid} is alive and its command line cannot be read` };
}

function judgeElsewhere(host: string, facts: BrowserLockFacts): Verdict {
  if (facts.formerHosts.includes(host)) return { is: 'stale', proof: 'owner-gone' };
  return { is: 'unproved', why: `it names host ${host}, on which no owner of this session is known to have run` };
}

/** Whom Chromium’s own lock names: `SingletonLock` is a link to `<host>-<pid>`. */
export async function readBrowserLock({ files }: Disk, profileDir: string) {
  const target = await unlessAbsent(linkTarget(files, join(profileDir, 'SingletonLock')));
  if (target === undefined) return undefined;
  const dash = target.lastIndexOf('-');
  const pid = Number(target.slice(dash + 1));
  return { host: target.slice(0, Math.max(0, dash)), pid: Number.isSafeInteger(pid) ? pid : 0 };
}

async function linkTarget(files: Disk['files'], path: string): Promise<string> {
  try {
    return await files.readlink(path);
  } catch (error) {
    // Not a link: none of Chromium's making, so it names nobody.
    if (isFileError(error, 'EINVAL', 'UNKNOWN')) return '';
    throw error;
  }
}

/** The lock itself last: should we die before, the next owner finds it and proves it stale again. */
async function removeLock({ files }: Disk, profileDir: string): Promise<void> {
  for (const name of ['SingletonSocket', 'SingletonCookie', 'SingletonLock']) {
    await unlessAbsent(files.unlink(join(profileDir, name)));
  }
}
