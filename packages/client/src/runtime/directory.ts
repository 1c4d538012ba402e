import { hostname } from 'node:os';
import { type EndReason, isWakeyError, type LeaseHolder } from '@wakey/core';
import { sleep } from '@wakey/host';
import { refuseKeptLogin } from '../ephemeral.js';
import { refuseOtherFormat } from '../profile/recorded-format.js';
import type { WorkspaceFinding } from '../workspace/finding.js';
import { isGone } from '../workspace/in-place.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import type { Workspace } from '../workspace/workspace.js';
import { type Job, startJob } from './job.js';
import type { Verdict } from './judge.js';
import { type HeldLease, takeLease } from './lease.js';
import { endLeftBrowser, refuseForeignBrowser } from './live-browser.js';
import { detailOf, type Send, type SessionParts } from './parts.js';

/** Owns the session's directory, by its lock, and the store's lease. Reports by events. */
export interface Directory {
  /** Takes the lock of the directory, then the lease of the store. Reports `workspace-opened` or `workspace-refused`. */
  open(steps: OpenSteps): void;
  /** Releases the lease, the directory and the lock. A failure of one is logged and does not stop the others. Reports `released`. */
  release(steps: ReleaseSteps): void;
  /**
   * Checks that the directory is still where it was opened; reports `workspace-lost` if not. Does nothing while another check
   * runs, so that checks do not pile up on a file system that does not answer.
   */
  watch(): void;
  /** Ends the session if the error says that the directory is gone, because nothing can be saved from then on. */
  reportGone(error: unknown): void;
  /** Notes that the profile may hold a login from now on, so that the directory stays after its release. */
  markUsed(): void;
  /** The directory while it is owned. */
  workspace(): Workspace | undefined;
  /** The store's lease while it is owned. */
  lease(): HeldLease | undefined;
  /** Why the last run could not take the session. */
  refusal(): unknown;
}

/** The work of others while the directory is opened. */
export interface OpenSteps {
  /** Whether this run starts by erasing the session's data, so that none of that data has to be readable. */
  readonly isFresh: () => boolean;
  /** Ends what a former run still holds. Rejects if it cannot. */
  readonly before: () => Promise<void>;
  /**
   * Settles what the store holds, under the lease: finishes the backups' part of an erasure that a crash interrupted, and
   * destroys a backup in quarantine whose time is over.
   */
  readonly settleBackups: (unfinished: UnfinishedErasure | undefined) => Promise<void>;
  /** Decides from what the run starts. */
  readonly judge: (workspace: Workspace, signal: AbortSignal) => Promise<Verdict>;
}

/** An erasure that a crash interrupted. */
export type UnfinishedErasure = Extract<WorkspaceFinding, { readonly kind: 'erasure-finished' }>;

/** The work of others while the directory is released. */
export interface ReleaseSteps {
  /** Ends all work on the directory. Resolves to whether the store has a backup that equals the live profile. */
  readonly endWork: () => Promise<boolean>;
}

/** Creates the owner of a session's directory. */
export function createDirectory(parts: SessionParts, send: Send): Directory {
  const { id, clock, log } = parts;
  let workspace: Workspace | undefined;
  let lease: HeldLease | undefined;
  let refusal: unknown;
  let opening: Job | undefined;
  /** Settles when the last run has released everything. The next run waits for this before it takes anything. Never rejects. */
  let releasing: Promise<void> | undefined;
  let isUsed = false;
  let isLooking = false;

  return {
    open(steps) {
      opening = startJob(async (signal) => {
        try {
          const verdict = await take(steps, signal);
          if (!signal.aborted) send({ type: 'workspace-opened', ...verdict });
        } catch (error) {
          if (signal.aborted) return log('debug', 'opening was cancelled', { error });
          refusal = error;
          send({ type: 'workspace-refused', reason: reasonOf(error), detail: detailOf(error) });
        }
      });
    },
    release(steps) {
      const done = release(steps);
      releasing = done;
      void done.then(() => {
        // A release that outlives its run must not report to the next one.
        if (releasing === done) send({ type: 'released' });
      });
    },
    watch() {
      const watched = workspace;
      if (watched === undefined || isLooking) return;
      isLooking = true;
      watched
        .assertInPlace()
        .catch((error: unknown) => {
          // A check that outlives its run must not report to the next one.
          if (workspace !== watched) return;
          if (isGone(error)) reportGone(error);
          else log('warn', 'could not check the session’s directory', { detail: detailOf(error) });
        })
        .finally(() => {
          isLooking = false;
        });
    },
    reportGone,
    markUsed() {
      isUsed = true;
    },
    workspace: () => workspace,
    lease: () => lease,
    refusal: () => refusal,
  };

  async function take(steps: OpenSteps, signal: AbortSignal): Promise<Verdict> {
    await releasing;
    refusal = undefined;
    // If the browser of an earlier run did not end, the session still holds it, with lock and lease. Try again to end it.
    await steps.before();
    const holder: LeaseHolder = { host: hostname(), pid: process.pid, since: clock.now(), program: parts.program };
    if (parts.isEphemeral) await refuseKeptLogin(parts.sessionsDir, id);
    const kept = workspace;
    workspace ??= await openWorkspace({
      ...{ sessionsDir: parts.sessionsDir, id, holder, memoryDir: parts.memoryDir, format: parts.driver.profileFormat },
      clock: { now: () => clock.now(), sleep: (ms) => sleep(clock, ms) },
      endLeftBrowser: (profileDir) => endLeftBrowser(parts, profileDir),
    });
    const { profileFormat } = parts.driver;
    if (profileFormat !== undefined && !steps.isFresh()) refuseOtherFormat(workspace.record(), profileFormat);
    // Handle the findings only in the run that opened the workspace: the store may hold newer backups by the next run.
    const findings = kept === undefined ? workspace.findings : [];
    for (const finding of findings) log('warn', textOf(finding), { ...finding });
    await dropLostLease();
    if (!signal.aborted && lease === undefined) {
      lease = await takeLease({ parts, send, isFresh: steps.isFresh() }, holder, signal);
    }
    await steps.settleBackups(findings.find((finding) => finding.kind === 'erasure-finished'));
    await refuseForeignBrowser(parts, workspace);
    return steps.judge(workspace, signal);
  }

  /** Releases a lease that an earlier run still holds, if its renewal failed since, so that this run takes a new lease. */
  async function dropLostLease(): Promise<void> {
    const lost = lease;
    if (lost?.isLost() !== true) return;
    lease = undefined;
    lost.stopRenewing();
    await lost.lease.release().catch((error: unknown) => {
      log('warn', 'could not release the lost lease cleanly', { error });
    });
  }

  async function release({ endWork }: ReleaseSteps): Promise<void> {
    const taking = opening;
    await taking?.cancel();
    const isKept = await endWork();
    const [lostLease, left, wasUsed] = [lease, workspace, isUsed];
    if (opening === taking) opening = undefined;
    lease = undefined;
    workspace = undefined;
    isUsed = false;
    lostLease?.stopRenewing();
    if (left?.isInMemory === true && !isKept && (await holdsLogin(left))) {
      log('warn', 'could not save the live profile; it stays in memory, where the next start finds it', {});
    }
    for (const give of [() => lostLease?.lease.release(), () => left?.release({ isUnused: !wasUsed, isKept })]) {
      try {
        await give();
      } catch (error) {
        log('error', 'could not release the session’s lease or directory', { error, detail: detailOf(error) });
      }
    }
  }

  function reportGone(error: unknown): void {
    if (isGone(error)) send({ type: 'workspace-lost', detail: detailOf(error) });
  }
}

/** Whether the live profile may hold a login. A profile that cannot be inspected counts as holding one. */
async function holdsLogin(workspace: Workspace): Promise<boolean> {
  if (workspace.record().linkedAt === undefined) return false;
  return !(await workspace.isProfileEmpty().catch(() => false));
}

function textOf(finding: WorkspaceFinding): string {
  return finding.kind === 'memory-unfit' ? PROFILE_ON_DISK : `found: ${finding.kind}`;
}

/** The warning when a live profile that should be in memory is on the disk. */
export const PROFILE_ON_DISK =
  'the live profile is on the disk, unencrypted during the run and after a crash: memory has no room for it';

function reasonOf(error: unknown): EndReason {
  if (isWakeyError(error, 'session-in-use')) return 'session-in-use';
  if (isWakeyError(error, 'browser-unkillable')) return 'browser-unkillable';
  if (isWakeyError(error, 'lease-lost') || isWakeyError(error, 'stale-fence')) return 'lease-lost';
  return 'session-unreadable';
}
