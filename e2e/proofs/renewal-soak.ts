import { setTimeout as delay } from 'node:timers/promises';
import type { Policy } from '@wakey/core';
import { lightpandaDriver } from '@wakey/driver-lightpanda';
import { realLightpandas } from '../../packages/drivers/lightpanda/test/real-binaries.ts';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { type GrowingSession, startGrowing } from '../support/renewal/growing.ts';
import { redrawing } from '../support/renewal/redraw.ts';

/** The options of this proof. */
interface RenewalSoakOptions extends ProofOptions {
  /** How long the session runs, in seconds. @default 28_800, 8 hours */
  readonly count?: number;
  /** @default the newest real Lightpanda of this machine */
  readonly executable?: string;
  /** Where the session differs from the defaults. @default {} */
  readonly policy?: Partial<Policy>;
  /** How many rows of three elements the page redraws each second. @default 200 */
  readonly rows?: number;
  /** How many renewals there must be at least. @default 1 */
  readonly least?: number;
}

/**
 * Keeps a session in Lightpanda ready for hours while its page redraws a list each second, so that its memory grows, and messages flow.
 * The session must renew its browser by itself, and be ready again each time without a code, with all messages. After each renewal the
 * browser must use at most twice as much memory as the first one when it was ready. Logs the memory each minute.
 */
export async function run(options: RenewalSoakOptions): Promise<void> {
  const { count = 28_800, log, policy = {}, rows = 200, least = 1 } = options;
  const executable = options.executable ?? (await realLightpandas()).at(-1)?.executable;
  if (executable === undefined) throw new Error('There is no Lightpanda here. Type: wakey browser install lightpanda');
  const driver = (temporary: string) => lightpandaDriver({ executable, env: { TMPDIR: temporary } });
  const growing = await startGrowing({ driver, policy, script: redrawing(rows) });
  growing.session.on('state', ({ name }) => name !== 'ready' && log(`  ${name}`));
  const faults: string[] = [];
  try {
    await record(growing, count, log);
  } finally {
    faults.push(...growing.faults());
    const left = await growing.end().catch((error: unknown) => [String(error)]);
    if (left.length > 0) faults.push(`left behind: ${left.join(', ')}`);
  }
  const { renewals } = growing;
  const first = renewals[0]?.baseline ?? 0;
  const grown = renewals
    .filter(({ baseline }) => baseline > 2 * first)
    .map(({ baseline }) => `still ${megabytes(baseline)} after a renewal`);
  const few = renewals.length < least ? [`${renewals.length} renewals, at least ${least} expected`] : [];
  const gaps = renewals.map(({ gap }) => gap).sort((one, other) => one - other);
  log(`${renewals.length} renewals; not ready for ${gaps.map((gap) => Math.round(gap)).join(', ')} ms`);
  const all = [...faults, ...grown, ...few];
  if (all.length > 0) throw new Error(all.join('\n'));
}

/** Logs the memory each minute, and each renewal. Ends early if the session ends. */
async function record({ session, renewals, memory }: GrowingSession, seconds: number, log: (line: string) => void) {
  const start = performance.now();
  let told = 0;
  for (let second = 0; second < seconds && session.state.name !== 'ended'; second += 1) {
    const minute = Math.round((performance.now() - start) / 60_000);
    if (second % 60 === 0) {
      const bytes = await memory();
      log(`minute ${minute}: ${bytes === undefined ? 'no browser' : megabytes(bytes)}, ${session.state.name}`);
    }
    for (const { memory: before, baseline, gap } of renewals.slice(told)) {
      log(
        `minute ${minute}: renewed at ${megabytes(before)}, from ${megabytes(baseline)} when ready; not ready for ${Math.round(gap)} ms`,
      );
    }
    told = renewals.length;
    await delay(1_000);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(0)} MB`;
}
