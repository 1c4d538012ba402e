import { join } from 'node:path';
import { readSegment } from '@wakey/bundle';
import type { Notice, Policy } from '@wakey/core';
import { settled } from '@wakey/testkit';
import { followedFormat } from './followed-format.js';
import { segmentStore } from './segment-store.js';
import { ready, setUp } from './session-rig.js';

/** A policy under which only the test decides when something happens. */
export const policy = { settle: 1_000, saveEvery: 600_000, heartbeat: 600_000, keepEvery: 1_000 } as const;
/** For tests in which the page is read from time to time. */
export const heartbeat = 15_000;

/** A session that is ready and has one backup, whose profile holds the line `login`. */
export async function saved(
  changed: Partial<Policy> = {},
  kind: Parameters<typeof followedFormat>[0] = {},
  { uses }: { readonly uses?: number } = {},
) {
  const [format, store] = [followedFormat(kind), segmentStore()];
  const parts = await setUp({ ...policy, ...changed }, { store: store.store, profileFormat: format.format });
  const { session, sessionsDir, browser, clock } = parts;
  browser.uses = uses;
  const warnings: string[] = [];
  const told: Notice[] = [];
  session.on('warning', ({ what }) => warnings.push(what));
  session.on('ready', (notice) => told.push(notice));
  session.on('recovery', (notice) => told.push(notice));
  await session.start();
  const profile = join(sessionsDir, 'main', 'profile');
  await format.commit(profile, 'login');
  browser.show({ type: 'unpaired' }, { type: 'linking' }, ready);
  await clock.wind(policy.settle);
  await until(() => store.kept.size === 1);
  await settled();
  const newest = () => Math.max(...store.kept.keys());
  return {
    ...{ ...parts, store, format, warnings, profile },
    commit: (line: string) => format.commit(profile, line),
    segments: () => store.kept.get(newest())?.segments ?? [],
    notices: (type: Notice['type']) => told.filter((notice) => notice.type === type),
  };
}

/** What each segment writes. */
export function texts(segments: readonly Uint8Array[]): readonly string[] {
  return segments.map((bytes) =>
    readSegment(bytes)
      .steps.flatMap((step) => (step.type === 'write' ? [Buffer.from(step.bytes).toString()] : []))
      .join(''),
  );
}

/** The number that each segment names as the last proved one. */
export function proofs(segments: readonly Uint8Array[]): readonly number[] {
  return segments.map((bytes) => readSegment(bytes).proved);
}

/** Resolves when the condition holds. Waits in real time, because the files are real. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
