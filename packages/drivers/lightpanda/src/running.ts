import {
  type BrowserProcess,
  type BrowserRecord,
  browserUnkillable,
  type EndOptions,
  endProcess,
  type Scratch,
  systemClock,
  systemProcessTable,
} from '@wakey/browser-process';
import type { BrowserHandle, CallOptions, LostReason } from '@wakey/core';
import { aborted } from '@wakey/host';
import type { LightpandaPage } from './connection.js';

/** A Lightpanda process that this driver started, and the handle of the connection to its page. */
export interface RunningOptions {
  readonly process: BrowserProcess;
  readonly scratch: Scratch;
  readonly taken: BrowserHandle<LightpandaPage>;
}

/**
 * Ties the connection and the process together: when the connection is lost, the process ends, and the other way round.
 */
export function watchOver({ process, scratch, taken }: RunningOptions): BrowserHandle<LightpandaPage> {
  const { record, exited } = process;
  let cut = false;
  let isClosing = false;
  let closing: Promise<void> | undefined;
  /** Aborted by a `close()` whose caller does not want to wait: it also speeds up a closing that runs already. */
  const hurry = new AbortController();
  const end = async (options: EndOptions) => {
    await endFor(record, options);
    await scratch.remove();
  };

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
    return { kind, ...exit };
  });
  const close = async (timeout: number) => {
    // No need to wait for a clean exit: Lightpanda has no data to save.
    const ask = () => void taken.close({ timeout }).catch(() => undefined);
    await end({ ask, terminateAfter: 0, killAfter: timeout * 0.7, giveUpAfter: timeout, hurry: hurry.signal });
    await lost;
  };

  return {
    ...taken,
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
  const isOver = await Promise.race([exited.then(() => true), systemClock.wait(LEAVES).then(() => false)]);
  if (isOver) return true;
  const entries = await systemProcessTable().list();
  return !entries.some(({ pid, startTime, alive }) => alive && pid === record.pid && startTime === record.startTime);
}

/** How long a process may take to end by itself, in ms. */
const LEAVES = 500;
