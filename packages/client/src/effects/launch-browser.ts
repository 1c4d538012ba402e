import { hostname } from 'node:os';
import {
  type BrowserHandle,
  type BrowserVersion,
  type EndReason,
  isWakeyError,
  type LaunchOptions,
  plainText,
} from '@wakey/core';
import type { BrowserLife, Held } from '../held.js';
import { isGone } from '../workspace/in-place.js';
import type { RecordChange } from '../workspace/record.js';
import type { Workspace } from '../workspace/workspace.js';
import { detailOf, type EffectContext } from './context.js';

/** Starts a browser on the session's profile. */
export function launchBrowser(context: EffectContext): void {
  const life: BrowserLife = {
    abort: new AbortController(),
    launched: Promise.resolve(),
    handle: undefined,
    descendsFrom: generationOf(context.held.workspace),
    leftBehind: undefined,
    ending: undefined,
    page: undefined,
    isOver: false,
    isReading: false,
  };
  context.held.life = life;
  context.held.isKept = false;
  life.launched = launch(context, life);
}

async function launch(context: EffectContext, life: BrowserLife): Promise<void> {
  const { driver, held, policy } = context;
  try {
    const { profileFormat } = driver;
    // Check first: a browser creates every directory that is missing on the path to its profile.
    await held.workspace?.assertInPlace();
    const repaired = held.workspace && (await profileFormat?.repair(held.workspace.profileDir));
    if (repaired?.length) context.log('debug', 'repaired the profile', { repaired: repaired.join(', ') });
    life.handle = await driver.launch({
      ...(profileFormat && held.workspace ? profileOf(held.workspace) : {}),
      timeout: policy.startTimeout * 0.8,
      signal: life.abort.signal,
    });
    await held.workspace?.update({
      driver: named(driver.name),
      browser: versionOf(life.handle),
      ...(profileFormat === undefined ? {} : { profileFormat: profileFormat.name }),
      ...processOf(life.handle, held),
    });
  } catch (error) {
    if (isWakeyError(error, 'browser-unkillable')) life.leftBehind = error;
    if (life.isOver) context.log('debug', 'the launch was cancelled', { error });
    else context.send({ type: 'browser-refused', reason: reasonOf(error), detail: detailOf(error) });
    return;
  }
  if (life.isOver) return;
  watch(context, life, life.handle);
  context.send({ type: 'browser-launched' });
}

/**
 * The generation of the backup from which the profile came. `undefined` if the session is not linked, because its
 * record may then name a backup of a former login.
 */
function generationOf(workspace: Workspace | undefined): number | undefined {
  const { linkedAt, generation = 0 } = workspace?.record() ?? {};
  return linkedAt === undefined || generation === 0 ? undefined : generation;
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
function processOf({ pid }: BrowserHandle, { workspace }: Held): RecordChange {
  if (pid === undefined || workspace === undefined) return {};
  return { browserProcess: { host: hostname(), pid, marker: workspace.profileDir } };
}

function watch(context: EffectContext, life: BrowserLife, handle: BrowserHandle): void {
  const lose = (detail: string) => {
    if (!life.isOver) context.send({ type: 'browser-lost', detail });
  };
  handle.page.on('crashed', ({ detail }) => lose(`the page crashed: ${detail}`));
  handle.page.on('page-error', ({ message }) => context.log('debug', 'page error', { message }));
  void handle.lost.then(({ kind, exitCode, exitSignal }) => {
    const how = exitSignal ?? (exitCode === undefined ? '' : `exit code ${exitCode}`);
    lose(`the browser ${kind}${how === '' ? '' : ` (${how})`}`);
  });
}

function reasonOf(error: unknown): EndReason {
  if (isGone(error)) return 'session-unreadable';
  if (isWakeyError(error, 'browser-unavailable')) return 'browser-unavailable';
  if (isWakeyError(error, 'browser-unsuitable')) return 'browser-unsuitable';
  if (isWakeyError(error, 'browser-older')) return 'browser-older';
  if (isWakeyError(error, 'browser-unkillable')) return 'browser-unkillable';
  return 'browser-failed';
}
