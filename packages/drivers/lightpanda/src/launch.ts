import {
  assertWritable,
  type BrowserProcess,
  forgetBrowser,
  newMarker,
  openScratch,
  reapLeftovers,
  recordStarted,
  type Scratch,
  startRecorded,
} from '@wakey/browser-process';
import { type BrowserHandle, type BrowserOptions, isWakeyError, type LaunchOptions } from '@wakey/core';
import { openCalls, timedOut } from '@wakey/host';
import { lightpandaArguments } from './arguments.js';
import { binaryVersion, refuseOld } from './binary-version.js';
import type { LightpandaPage } from './connection.js';
import { awaitEndpoint } from './endpoint.js';
import { diedAtStart } from './failed-start.js';
import { findLightpanda } from './find-lightpanda.js';
import { guarded } from './guarded.js';
import { type Journal, openJournal } from './journal/open-journal.js';
import { cacheOf } from './journal/profile-format.js';
import { endFor, hasEnded, type Taken, watchOver } from './running.js';
import { withTelemetry } from './telemetry.js';

/** Connects to the Lightpanda at a `ws:` address and returns its handle. */
export type Take = (endpoint: string, over: AbortSignal, journal: Journal | undefined) => Promise<Taken>;

/** Starts a Lightpanda, with the promises of `BrowserDriver.launch`: one process, and one connection to it. */
export async function launch(
  options: BrowserOptions,
  wanted: LaunchOptions,
  take: Take,
): Promise<BrowserHandle<LightpandaPage>> {
  const attempt: Attempt = {};
  let work: Promise<unknown> | undefined;
  try {
    return await openCalls().run('Launching Lightpanda', wanted, (over) => {
      const started = start(attempt, { options, wanted, take }, over);
      work = started;
      return started;
    });
  } catch (error) {
    const { timeout = 30_000 } = wanted;
    const words = attempt.process?.stderrText() ?? '';
    // The failed start may create its process only now, so end and remove everything once more after it.
    await abandon(attempt);
    await Promise.allSettled([work]);
    await abandon(attempt);
    if (!isWakeyError(error, 'timeout') || words === '') throw error;
    throw timedOut('Launching Lightpanda', timeout, `; its stderr: ${words}`);
  }
}

interface Attempt {
  scratch?: Scratch;
  process?: BrowserProcess;
  journal?: Journal;
}

interface Wanted {
  readonly options: BrowserOptions;
  readonly wanted: LaunchOptions;
  readonly take: Take;
}

async function start(attempt: Attempt, { options, wanted, take }: Wanted, over: AbortSignal) {
  const executable = await findLightpanda(options);
  over.throwIfAborted();
  const { profile } = wanted;
  const marker = newMarker();
  const scratch = await openScratch({ marker, profile, env: options.env });
  attempt.scratch = scratch;
  over.throwIfAborted();
  const version = await binaryVersion(executable, { env: scratch.env, signal: over });
  over.throwIfAborted();
  refuseOld(executable, version);
  const failed = Promise.withResolvers<unknown>();
  if (profile !== undefined) {
    await assertWritable(profile);
    await reapLeftovers(profile, { temporary: options.env?.TMPDIR });
    attempt.journal = await openJournal(profile, failed.resolve);
  }
  over.throwIfAborted();
  const cache = profile === undefined ? undefined : cacheOf(profile);
  const process = await startRecorded(scratch, {
    ...guarded(executable, lightpandaArguments(options, version, cache)),
    env: withTelemetry(scratch.env),
  });
  attempt.process = process;
  const died = process.exited.then((exit) => {
    throw diedAtStart(executable, version, exit);
  });
  await recordStarted(scratch, process, died);
  const connect = async () => {
    const taken = await take(await awaitEndpoint(process, over), over, attempt.journal);
    return watchOver({ process, scratch, taken, journal: attempt.journal, failed: failed.promise });
  };
  return Promise.race([
    died,
    connect().catch(async (error: unknown) => {
      // If the process ends, its exit explains the failed connection better than `error` does.
      if (await hasEnded(process)) return died;
      throw error;
    }),
  ]);
}

async function abandon({ process, scratch, journal }: Attempt): Promise<void> {
  if (process !== undefined) {
    await endFor(process.record, { terminateAfter: 0, killAfter: 0 });
    if (scratch !== undefined) await forgetBrowser(scratch.profile);
  }
  // The launch has failed already, and its error is the one to report.
  await journal?.writer.close().catch(() => undefined);
  await scratch?.remove();
}
