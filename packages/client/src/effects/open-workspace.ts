import { hostname } from 'node:os';
import { type EndReason, isWakeyError, type LeaseHolder } from '@wakey/core';
import { sleep } from '@wakey/host';
import { refuseOtherFormat } from '../profile/recorded-format.js';
import type { WorkspaceFinding } from '../workspace/finding.js';
import { openWorkspace as open } from '../workspace/open-workspace.js';
import { endBrowser } from './close-browser.js';
import { detailOf, type EffectContext } from './context.js';
import { judge, type Verdict } from './judge.js';
import { takeLease } from './lease.js';
import { refuseForeignBrowser } from './live-browser.js';
import { endQuarantine, eraseStored } from './quarantine.js';

/** Takes the lock of the session's directory, then the lease of the store. */
export function openWorkspace(context: EffectContext): void {
  const abort = new AbortController();
  const done = take(context, abort.signal).then(
    (verdict) => {
      if (!abort.signal.aborted) context.send({ type: 'workspace-opened', ...verdict });
    },
    (error: unknown) => {
      if (abort.signal.aborted) context.log('debug', 'opening was cancelled', { error });
      else refuse(context, error);
    },
  );
  context.held.opening = { abort, done };
}

function refuse(context: EffectContext, error: unknown): void {
  context.held.refusal = error;
  context.send({ type: 'workspace-refused', reason: reasonOf(error), detail: detailOf(error) });
}

async function take(context: EffectContext, signal: AbortSignal): Promise<Verdict> {
  const { held } = context;
  await held.releasing;
  held.rung = undefined;
  held.refusal = undefined;
  // If the browser of an earlier run did not end, the session still holds it, with lock and lease. Try again to end it.
  await endBrowser(context);
  const holder: LeaseHolder = {
    host: hostname(),
    pid: process.pid,
    since: context.clock.now(),
    program: context.program,
  };
  const kept = held.workspace;
  held.workspace ??= await open({
    sessionsDir: context.sessionsDir,
    id: context.id,
    holder,
    memoryDir: context.memoryDir,
    format: context.driver.profileFormat,
    clock: { now: () => context.clock.now(), sleep: (ms) => sleep(context.clock, ms) },
  });
  const { profileFormat } = context.driver;
  if (profileFormat !== undefined && !context.isFresh()) refuseOtherFormat(held.workspace.record(), profileFormat);
  // Handle the findings only in the run that opened the workspace: the store may hold newer backups by the next run.
  const findings = kept === undefined ? held.workspace.findings : [];
  for (const finding of findings) context.log('warn', textOf(finding), { ...finding });
  await dropLostLease(context);
  if (!signal.aborted && held.lease === undefined) held.lease = await takeLease(context, holder, signal);
  // The workspace has finished an erasure that a crash interrupted: erase the backups in the store too.
  const unfinished = findings.find((finding) => finding.kind === 'erasure-finished');
  if (unfinished !== undefined) await eraseStored(context, unfinished);
  await endQuarantine(context, held.workspace);
  await refuseForeignBrowser(context, held.workspace);
  return judge(context, held.workspace, signal);
}

function textOf(finding: WorkspaceFinding): string {
  return finding.kind === 'memory-unfit' ? PROFILE_ON_DISK : `found: ${finding.kind}`;
}

/** The warning when a live profile that should be in memory is on the disk. */
export const PROFILE_ON_DISK =
  'the live profile is on the disk, unencrypted during the run and after a crash: memory has no room for it';

/**
 * Releases a lease that an earlier run still holds, if its renewal failed since, so that this run takes a new lease.
 */
async function dropLostLease({ held, log }: EffectContext): Promise<void> {
  const { lease } = held;
  if (lease?.isLost() !== true) return;
  held.lease = undefined;
  lease.stopRenewing();
  await lease.lease.release().catch((error: unknown) => {
    log('warn', 'could not release the lost lease cleanly', { error });
  });
}

function reasonOf(error: unknown): EndReason {
  if (isWakeyError(error, 'session-in-use')) return 'session-in-use';
  if (isWakeyError(error, 'browser-unkillable')) return 'browser-unkillable';
  if (isWakeyError(error, 'lease-lost') || isWakeyError(error, 'stale-fence')) return 'lease-lost';
  return 'session-unreadable';
}
