import {
  type BrowserProcess,
  browserUnkillable,
  type EndOptions,
  endProcess,
  forgetBrowser,
  type ProcessExit,
  type Scratch,
} from '@wakey/browser-process';
import type { CallOptions, LostReason } from '@wakey/core';
import { aborted, browserLost, type Calls } from './calls.ts';

/** A browser process of ours, from its start until nothing is left of it. */
export interface RunningBrowser {
  readonly process: BrowserProcess;
  readonly lost: Promise<LostReason>;
  /** As `BrowserHandle.close`; `ask` asks it to leave by itself. */
  close(ask: () => void, options?: CallOptions): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** Watches over a started browser: when it goes, every call is told at once, and what it leaves behind is removed. */
export function watchOver(process: BrowserProcess, scratch: Scratch, calls: Calls): RunningBrowser {
  let isClosing = false;
  let closing: Promise<void> | undefined;
  /** Whoever is in a hurry hurries the ending that is under way, too. */
  const hurry = new AbortController();
  const end = async (options: EndOptions) => {
    const left = await endProcess(process.record, options);
    if (left.length > 0) throw browserUnkillable(left);
    await forgetBrowser(scratch.profile);
    await scratch.remove();
  };
  const lost = process.exited.then(async (exit): Promise<LostReason> => {
    calls.end(browserLost(isClosing ? 'it was closed' : wayOut(exit)));
    const kind = isClosing ? 'closed' : 'exited';
    // What is left are helpers and what guarded it. Where they stay, `close()` is who says so: this never rejects.
    await end({ terminateAfter: 0, killAfter: HELPERS_LEAVE }).catch(() => undefined);
    return { kind, ...exit };
  });
  const close = async (ask: () => void, timeout: number) => {
    const shares = { terminateAfter: timeout * 0.5, killAfter: timeout * 0.7, giveUpAfter: timeout };
    await end({ ask, ...shares, hurry: hurry.signal });
    await lost;
  };
  return {
    process,
    lost,
    async close(ask, { timeout = 10_000, signal } = {}) {
      // What went before it was closed was not closed.
      isClosing ||= calls.ended()?.code !== 'browser-lost';
      calls.end(browserLost('it was closed'));
      const rush = () => hurry.abort();
      if (signal?.aborted === true) rush();
      signal?.addEventListener('abort', rush, { once: true });
      closing ??= close(ask, timeout).catch((error: unknown) => {
        closing = undefined;
        throw error;
      });
      await closing.finally(() => signal?.removeEventListener('abort', rush));
      if (signal?.aborted === true) throw aborted('Closing the browser in order', signal.reason);
    },
    kill: () => end({ terminateAfter: 0, killAfter: 0 }),
  };
}

/** How a process ended, for people. */
export function wayOut({ exitCode, exitSignal }: ProcessExit): string {
  return exitSignal === undefined ? `it exited with code ${exitCode}` : `it was ended by ${exitSignal}`;
}

const HELPERS_LEAVE = 300;
