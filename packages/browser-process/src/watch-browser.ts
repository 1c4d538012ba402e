import { type CallOptions, type LostReason, WakeyError } from '@wakey/core';
import { aborted, type Calls } from '@wakey/host';
import { browserUnkillable, type EndOptions, endProcess } from './end-process.js';
import { forgetBrowser } from './leftovers.js';
import type { Scratch } from './scratch.js';
import type { BrowserProcess, ProcessExit } from './start-browser.js';

/** A browser that this process started, until all its processes are gone. */
export interface RunningBrowser {
  readonly process: BrowserProcess;
  readonly lost: Promise<LostReason>;
  /** Closes the browser with the promises of `BrowserHandle.close`. `ask` asks the browser to exit by itself. */
  close(ask: () => void, options?: CallOptions): Promise<void>;
  /** Ends the browser at once. */
  kill(): Promise<void>;
}

/** Options of `watchBrowser`: a started browser, its temporary directory, and the calls on it. */
export interface WatchOptions {
  readonly process: BrowserProcess;
  readonly scratch: Scratch;
  /** The calls on this browser, which reject with `browser-lost` as soon as the browser is gone. */
  readonly calls: Calls;
  /** How long helper processes may outlive the main process before they get SIGTERM, in ms. @default 500 */
  readonly helpersLeave?: number;
}

/**
 * Watches a started browser: when the browser exits, every running call rejects at once, its helper processes are
 * ended, and its temporary files are removed.
 */
export function watchBrowser({ process, scratch, calls, helpersLeave = 500 }: WatchOptions): RunningBrowser {
  let isClosing = false;
  let closing: Promise<void> | undefined;
  /** Aborted when a caller of `close` aborts. It then also speeds up a closing that runs already. */
  const hurry = new AbortController();

  const end = async (options: EndOptions) => {
    const left = await endProcess(process.record, options);
    if (left.length > 0) throw browserUnkillable(left);
    await forgetBrowser(scratch.profile);
    await scratch.remove();
  };
  const lost = process.exited.then(async (exit): Promise<LostReason> => {
    calls.end(browserLost(isClosing ? 'it was closed' : wayOut(exit), exit.detail));
    const kind = isClosing ? 'closed' : 'exited';
    // Helpers exit by themselves in a moment. If they do not, `close()` reports it: this promise never rejects.
    await end({ terminateAfter: helpersLeave, killAfter: helpersLeave }).catch(() => undefined);
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
      // If the browser was already lost, report `exited`, not `closed`.
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
      if (signal?.aborted === true) throw aborted('Closing the browser cleanly', signal.reason);
    },
    async kill() {
      await end({ terminateAfter: 0, killAfter: 0 });
    },
  };
}

/** Returns how a process ended, as a part of a message. */
export function wayOut({ exitCode, exitSignal }: ProcessExit): string {
  return exitSignal === undefined ? `it exited with code ${exitCode}` : `it was ended by ${exitSignal}`;
}

/**
 * Creates the error of every call on a browser that is gone. `how` states how the browser ended; `detail` is its stderr.
 */
export function browserLost(how: string, detail?: string): WakeyError {
  return new WakeyError('browser-lost', {
    what: `The browser is gone: ${how}.${detail === undefined ? '' : ` Its stderr: ${detail}`}`,
    hint: 'Start the browser again on the same profile.',
  });
}
