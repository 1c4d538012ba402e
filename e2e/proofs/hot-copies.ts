import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromiumProfile } from '@wakey/chromium';
import type { Session } from '@wakey/client';
import { systemClock } from '@wakey/host';
import type { Page } from 'puppeteer-core';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { copySession } from '../support/hot-copies/copy-session.ts';
import { readBack, startWriting, writtenSoFar } from '../support/hot-copies/writer.ts';
import { seededRandom } from '../support/random.ts';
import { linkSession, type Rig, startRig } from '../support/rig.ts';

const batch = 10;

/**
 * Copies the profile of a linked session at random moments while its page writes IndexedDB as fast as it can, and starts a
 * fresh browser on each copy. The session must become ready without a code, with all data that the page wrote before the copy
 * began. The proof does the same with a plain recursive copy, and only counts how many of those lose data.
 */
export async function run({ seed, count = 200, log }: ProofOptions): Promise<void> {
  const random = seededRandom(seed);
  const tries = Array.from({ length: count }, (_, index) => ({ number: index + 1, after: random() * 400 }));
  const outcomes: CheckedCopy[] = [];
  // Two at a time: as many as the machine has cores. Each has a simulator and a linked session of its own.
  await Promise.all(
    [0, 1].map(async () => {
      const rig = await startRig({ speed: 20 });
      try {
        await (await linkSession(rig)).stop();
        for (let next = tries.splice(0, batch); next.length > 0; next = tries.splice(0, batch)) {
          outcomes.push(...(await copyAndRestore(rig, next, log)));
        }
      } finally {
        await rig.close();
      }
    }),
  );
  const lost = (kind: Copy['kind']): readonly CheckedCopy[] =>
    outcomes.filter(({ copy, fault }) => copy.kind === kind && fault !== undefined);
  const slowest = Math.max(...outcomes.map(({ copy }) => (copy.kind === 'hot' ? copy.took : 0)));
  log(`hot copies: ${count - lost('hot').length} of ${count} restored; the slowest took ${slowest.toFixed(0)} ms`);
  log(`plain recursive copies: ${count - lost('plain').length} of ${count} restored`);
  if (lost('hot').length > 0) throw new Error(lost('hot').map(told).join('\n'));
}

interface Copy {
  readonly kind: 'hot' | 'plain';
  readonly number: number;
  /** The name of the session that starts from the copy. */
  readonly id: string;
  /** The number of transactions that the page had written when the copy began. */
  readonly written: number;
  /** How long the copy took, in ms. */
  readonly took: number;
  /** The error, if the copy failed. */
  readonly failure?: string;
}

interface CheckedCopy {
  readonly copy: Copy;
  readonly fault: string | undefined;
}

async function copyAndRestore(
  rig: Rig,
  tries: readonly { readonly number: number; readonly after: number }[],
  log: (line: string) => void,
): Promise<readonly CheckedCopy[]> {
  const session = rig.session();
  await session.start();
  await session.ready();
  const page = pageOf(session);
  await startWriting(page);
  const copies: Copy[] = [];
  for (const { number, after } of tries) {
    await delay(after);
    copies.push(await take(rig, page, 'hot', number), await take(rig, page, 'plain', number));
  }
  await session.stop();
  const outcomes: CheckedCopy[] = [];
  for (const copy of copies) {
    const outcome = { copy, fault: copy.failure ?? (await restore(rig, copy)) };
    outcomes.push(outcome);
    log(told(outcome));
    await rm(join(rig.sessionsDir, copy.id), { recursive: true, force: true });
  }
  return outcomes;
}

/** Copies the profile of `main` into another session with the same record. */
async function take(rig: Rig, page: Page, kind: Copy['kind'], number: number): Promise<Copy> {
  const id = `${kind}-${number}`;
  const written = await writtenSoFar(page);
  const began = performance.now();
  const copy = kind === 'hot' ? copyHot : copyPlain;
  const failure = await copySession(rig.sessionsDir, id, copy).then(() => undefined, String);
  return { kind, number, id, written, took: performance.now() - began, ...(failure === undefined ? {} : { failure }) };
}

function copyHot(from: string, into: string): Promise<void> {
  return chromiumProfile.copyLive(from, into, { clock: systemClock });
}

/** A plain copy: every file, one after the other, without the files that disappear meanwhile. */
async function copyPlain(from: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(into, entry.name)];
    try {
      if (entry.isDirectory()) await copyPlain(source, target);
      else if (entry.isFile() && entry.name !== 'wakey-browser.json') await copyFile(source, target);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

/** Starts a session on a copy. Returns what is wrong with the copy, or undefined if nothing is. */
async function restore(rig: Rig, { id, written }: Copy): Promise<string | undefined> {
  const session = rig.session({ id, policy: { qrTimeout: 60_000 } });
  const code = new Promise<never>((_, reject) => {
    session.on('qr', () => reject(new Error('a code was shown')));
  });
  try {
    await Promise.race([code, session.start().then(() => session.ready({ signal: AbortSignal.timeout(60_000) }))]);
    const { last, faults } = await readBack(pageOf(session));
    if (last < written) return `${written} were written, ${last} found`;
    return faults.length === 0 ? undefined : faults.join('; ');
  } catch (error) {
    return String(error);
  } finally {
    await session.stop();
  }
}

function pageOf(session: Session<Page>): Page {
  if (session.page === undefined) throw new Error('The session has no page.');
  return session.page;
}

function told({ copy, fault }: CheckedCopy): string {
  return `${copy.id} after ${copy.written} transactions, ${copy.took.toFixed(0)} ms: ${fault ?? 'restored whole'}`;
}
