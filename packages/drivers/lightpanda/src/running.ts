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

/** A Lightpanda process of ours, and the handle of the connection that took its page. */
export interface RunningOptions {
  readonly process: BrowserProcess;
  readonly scratch: Scratch;
  readonly taken: BrowserHandle<LightpandaPage>;
}

/** Joins the fate of the page to that of the process: when one of them goes, so does the other. */
export function watchOver({ process, scratch, taken }: RunningOptions): BrowserHandle<LightpandaPage> {
  const { record, exited } = process;
  let cut = false;
  let isClosing = false;
  let closing: Promise<void> | undefined;
  /** Whoever is in a hurry hurries the ending that is under way, too. */
  const hurry = new AbortController();
  const end = async (options: EndOptions) => {
    await endFor(record, options);
    await scratch.remove();
  };

  const cutOff = taken.lost.then(async (): Promise<'cut' | 'never'> => {
    if (isClosing) return 'never';
    cut = true;
    // Where it ended by itself, it is about to say so; a watchdog only cuts the connection.
    if (await hasEnded(process)) return 'never';
    await endFor(record, { terminateAfter: 0, killAfter: LEAVES }).catch(() => undefined);
    return 'cut';
  });
  const lost = exited.then(async (exit): Promise<LostReason> => {
    const how = cut ? await cutOff : 'never';
    const kind = isClosing && !cut ? 'closed' : how === 'cut' ? 'disconnected' : 'exited';
    // What is left is what guarded it. Where it stays, `close()` is who says so: this never rejects.
    await end({ terminateAfter: 0, killAfter: 0 }).catch(() => undefined);
    return { kind, ...exit };
  });
  const close = async (timeout: number) => {
    // Asks nothing: it keeps nothing that leaving in order would save.
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

/** Ends a process of ours with all it started; rejects with `browser-unkillable` where some of it stays. */
export async function endFor(record: BrowserRecord, options: EndOptions): Promise<void> {
  const left = await endProcess(record, options);
  if (left.length > 0) throw browserUnkillable(left);
}

/**
 * Whether the process has ended by itself, a moment after its connection closed. Node reports an exit later where the
 * machine is busy, so the table of processes has the last word.
 */
export async function hasEnded({ record, exited }: BrowserProcess): Promise<boolean> {
  const isOver = await Promise.race([exited.then(() => true), systemClock.wait(LEAVES).then(() => false)]);
  if (isOver) return true;
  const entries = await systemProcessTable().list();
  return !entries.some(({ pid, startTime, alive }) => alive && pid === record.pid && startTime === record.startTime);
}

const LEAVES = 500;
