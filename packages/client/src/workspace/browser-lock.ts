import type { ProfileLock } from '@wakey/core';
import type { Platform, ProcessFacts } from '@wakey/host';

/** The result of a check of the browser's own profile lock. */
export type BrowserLock =
  | { readonly found: 'none' }
  /** `clearStaleBrowserLock` proved that the lock is stale, and removed it. */
  | { readonly found: 'stale'; readonly host: string; readonly pid: number; readonly proof: StaleProof }
  /** A live browser uses the profile. Nothing was removed. */
  | { readonly found: 'live'; readonly host: string; readonly pid: number }
  /** The lock may be stale, but nothing proves it. Nothing was removed. */
  | { readonly found: 'unproved'; readonly host: string; readonly pid: number; readonly why: string };

/** The proof that a browser lock belongs to no live browser. */
export type StaleProof =
  /** The lock names this host and a process that is not alive. */
  | 'process-gone'
  /**
   * The lock names this host and a live process that runs another program: the system has given the number out again.
   */
  | 'process-is-another'
  /**
   * The lock names another host, on which a former holder of this session ran. That holder is dead, because the
   * session's lock is free.
   */
  | 'owner-gone';

/** The facts that prove a browser lock stale. */
export interface BrowserLockFacts {
  readonly profileDir: string;
  readonly lock: ProfileLock;
  /** This machine's name. */
  readonly host: string;
  /** The hosts on which former holders of this session ran, as far as known. */
  readonly formerHosts: readonly string[];
}

/**
 * Removes the browser's own lock from the profile if that lock is proved stale. Only the holder of the session's lock
 * may call this: that lock proves that no other Wakey process runs a browser on this profile.
 */
export async function clearStaleBrowserLock(platform: Platform, facts: BrowserLockFacts): Promise<BrowserLock> {
  const { lock, profileDir } = facts;
  const named = await lock.read(profileDir);
  const [user] = await platform.processesWith(lock.argument(profileDir));
  // Some browsers take no lock, so a live process on this profile counts, whatever the lock says.
  if (user !== undefined) return { found: 'live', host: facts.host, pid: user };
  if (named === undefined) return { found: 'none' };
  const verdict = named.host === facts.host ? await judgeHere(platform, named.pid) : judgeElsewhere(named.host, facts);
  if (verdict.is === 'stale') {
    await lock.remove(profileDir);
    return { found: 'stale', ...named, proof: verdict.proof };
  }
  return { found: 'unproved', ...named, why: verdict.why };
}

type Verdict = { readonly is: 'stale'; readonly proof: StaleProof } | { readonly is: 'unproved'; readonly why: string };

/**
 * Judges a lock of this host after no readable command line named the profile. The process in the lock may be
 * unreadable.
 */
async function judgeHere(platform: Platform, pid: number): Promise<Verdict> {
  const process: ProcessFacts | undefined = await platform.process(pid);
  if (process === undefined) return { is: 'stale', proof: 'process-gone' };
  if (process.command !== undefined) return { is: 'stale', proof: 'process-is-another' };
  return { is: 'unproved', why: `process ${pid} is alive and its command line cannot be read` };
}

function judgeElsewhere(host: string, facts: BrowserLockFacts): Verdict {
  if (facts.formerHosts.includes(host)) return { is: 'stale', proof: 'owner-gone' };
  return { is: 'unproved', why: `it names host ${host}, and no holder of this session is known to have run there` };
}
