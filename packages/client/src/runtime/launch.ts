import { hostname } from 'node:os';
import {
  type BrowserHandle,
  type BrowserVersion,
  type EndReason,
  isWakeyError,
  type LaunchOptions,
  plainText,
} from '@wakey/core';
import { isGone } from '../workspace/in-place.js';
import type { RecordChange } from '../workspace/record.js';
import type { Workspace } from '../workspace/workspace.js';
import type { SessionParts } from './parts.js';

/** Starts a browser on the session's profile, and records it. Rejects with what the driver and the directory throw. */
export async function launchOn(
  { driver, policy, log, isEphemeral }: SessionParts,
  workspace: Workspace | undefined,
  signal: AbortSignal,
  /** Gets the browser before it is on record, so that it is ended if the recording fails. */
  onLaunched: (handle: BrowserHandle) => void,
): Promise<void> {
  const { profileFormat } = driver;
  // Check first: a browser creates every directory that is missing on the path to its profile.
  await workspace?.assertInPlace();
  const repaired = workspace && (await profileFormat?.repair(workspace.profileDir));
  if (repaired?.length) log('debug', 'repaired the profile', { repaired: repaired.join(', ') });
  const handle = await driver.launch({
    ...(profileFormat && workspace ? profileOf(workspace) : {}),
    timeout: policy.startTimeout * 0.8,
    signal,
  });
  onLaunched(handle);
  // The record tells the next start which browser wrote the profile. An ephemeral run has no profile.
  if (isEphemeral) return;
  await workspace?.update({
    driver: named(driver.name),
    browser: versionOf(handle),
    ...(profileFormat === undefined ? {} : { profileFormat: profileFormat.name }),
    ...processOf(handle, workspace),
  });
}

/** Which ending a failed launch leads to, and whether the same launch would fail again. */
export function refusalOf(error: unknown): { readonly reason: EndReason; readonly isLasting?: true } {
  if (isGone(error)) return { reason: 'session-unreadable' };
  const own = ['browser-unavailable', 'browser-unsuitable', 'browser-older', 'browser-unkillable'] as const;
  const reason = own.find((code) => isWakeyError(error, code)) ?? 'browser-failed';
  const isLasting = isWakeyError(error, 'invalid-argument') || isWakeyError(error, 'unsupported');
  return isLasting ? { reason, isLasting } : { reason };
}

/**
 * The profile and the browser that wrote it, because an older browser would damage it. An empty profile cannot be damaged.
 */
function profileOf(workspace: Workspace): Pick<LaunchOptions, 'profile' | 'writtenBy'> {
  const { browser, linkedAt } = workspace.record();
  const writtenBy = browser === undefined || linkedAt === undefined ? {} : { writtenBy: browser };
  return { profile: workspace.profileDir, ...writtenBy };
}

/** The browser's product and version in the form that a record holds. */
function versionOf({ version: { product, version } }: BrowserHandle): BrowserVersion {
  return { product: named(product), version: named(version) };
}

function named(text: string): string {
  return plainText(text, { most: 100 }) || 'unknown';
}

/**
 * Describes the browser's process for the record, so that the next holder of the session finds the browser if this
 * process crashes. The marker is the profile's path, which stands on the browser's command line.
 */
function processOf({ pid }: BrowserHandle, { profileDir }: Workspace): RecordChange {
  return pid === undefined ? {} : { browserProcess: { host: hostname(), pid, marker: profileDir } };
}
