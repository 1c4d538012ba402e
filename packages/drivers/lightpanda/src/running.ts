import {
  type BrowserProcess,
  type BrowserRecord,
  browserMemory,
  browserUnkillable,
  type EndOptions,
  endProcess,
  forgetBrowser,
  type Scratch,
  systemProcessTable,
} from '@wakey/browser-process';
import type { BrowserHandle, CallOptions, LostReason } from '@wakey/core';
import { aborted } from '@wakey/host';
import type { LightpandaPage } from './connection.js';
import type { Journal } from './journal/open-journal.js';
import { within } from './within.js';

/** The handle of a connection, and what is to be done before its browser ends. */
export interface Taken {
  readonly handle: BrowserHandle<LightpandaPage>;
  /** Records what the browser stores and has not reported yet. Rejects if the browser does not answer or the journal has failed. */
  settle(): Promise<void>;
}

/** A Lightpanda process that this driver started, and the handle of the connection to its page. */
export interface RunningOptions {
  readonly process: BrowserProcess;
  readonly scratch: Scratch;
  readonly taken: Taken;
  readonly journal: Journal | undefined;
  /** Resolves to the error when the journal cannot be written any more. */
  readonly failed: Promise<unknown>;
}

/**
 * Ties the connection and the process together: when the connection is lost, the process ends, and the other way round.
 */
export function watchOver(options: RunningOptions): BrowserHandle<LightpandaPage> {
  const { process, scratch, journal } = options;
  const { handle: taken, settle } = options.taken;
  const { record, exited } = process;
  let cut = false;
  let isClosing = false;
  let closing: Promise<void> | undefined;
  /** Aborted by a `close()` whose caller does not want to wait: it also speeds up a closing that runs already. */
  const hurry = new AbortController();
  const end = async (how: EndOptions) => {
    await endFor(record, how);
    await forgetBrowser(scratch.profile);
    await scratch.remove();
  };
  let why: string | undefined;
  void options.failed.then((error) => {
    // A page must not go on if nothing of it is kept any more.
    why = whyEnded(error);
    return endFor(record, { terminateAfter: 0, killAfter: 0 }).catch(() => undefined);
  });

  const cutOff = taken.lost.then(async (): Promise<'cut' | 'never'> => {
    if (isClosing) return 'never';
    cut = true;
    // If the process ended by itself, `exited` reports it in a moment. A watchdog of Lightpanda closes only the
    // connection.
    if (await hasEnded(process)) return 'never';
    await endFor(record, { terminateAfter: 0, killAfter: LEAVES }).catch(() => undefined);
    return 'cut';
  });
  const lost = exited.then(async (exit): Promise<LostReason> => {
    const how = cut ? await cutOff : 'never';
    const kind = isClosing && !cut ? 'closed' : how === 'cut' ? 'disconnected' : 'exited';
    // End the background process of `guarded` too. If it does not end, `close()` reports that: `lost` never rejects.
    await end({ terminateAfter: 0, killAfter: 0 }).catch(() => undefined);
    // The next browser on this profile opens the file. Readers of the profile get a refusal of the disk: see `assertWritten`.
    await journal?.writer.close().catch(() => undefined);
    return { kind, ...exit, ...(why === undefined ? {} : { why }) };
  });
  const close = async (timeout: number) => {
    // A browser that does not answer has nothing more to report.
    await within(timeout * 0.2, settle()).catch(() => undefined);
    // No need to wait for a clean exit: Lightpanda itself has no data to save.
    const ask = () => void taken.close({ timeout }).catch(() => undefined);
    await end({ ask, terminateAfter: 0, killAfter: timeout * 0.7, giveUpAfter: timeout, hurry: hurry.signal });
    await lost;
  };

  return {
    ...taken,
    ...browserMemory(process),
    pid: record.pid,
    lost,
    async close({ timeout = 10_000, signal }: CallOptions = {}) {
      isClosing = true;
      const rush = () => hurry.abort();
      if (signal?.aborted === true) rush();
      signal?.addEventListener('abort', rush, { once: true });
      closing ??= close(timeout).catch((error: unknown) => {
        closing = undefined;
        throw error;
      });
      await closing.finally(() => signal?.removeEventListener('abort', rush));
      if (signal?.aborted === true) throw aborted('Closing the browser cleanly', signal.reason);
    },
  };
}

/** Only an error of the file system has a code; the others say themselves what could not be recorded. */
function whyEnded(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `the journal of its profile could not be written: ${error.message}` : error.message;
}

/** Ends a process and all processes that it started. Rejects with `browser-unkillable` if some of them do not end. */
export async function endFor(record: BrowserRecord, options: EndOptions): Promise<void> {
  const left = await endProcess(record, options);
  if (left.length > 0) throw browserUnkillable(left);
}

/**
 * Whether the process ends by itself within a moment after its connection closed. On a busy machine Node reports an
 * exit late, so this looks into the table of processes too.
 */
export async function hasEnded({ record, exited }: BrowserProcess): Promise<boolean> {
  if (await within(LEAVES, exited)) return true;
  const entries = await systemProcessTable().list();
  return !entries.some(({ pid, startTime, alive }) => alive && pid === record.pid && startTime === record.startTime);
}

/** How long a process may take to end by itself, in ms. */
const LEAVES = 500;
