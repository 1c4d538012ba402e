import type { BrowserDriver, BrowserHandle } from '@wakey/core';
import type { BrowserFacts } from '../views/view.js';

/** A driver whose browsers are known to the command, so that the command can report them and kill them. */
export interface WatchedDriver {
  readonly driver: BrowserDriver;
  /** Kills every browser. Resolves when none is left, or after `ms`. */
  killAll(ms: number): Promise<void>;
}

/** Watches the browsers that `driver` launches. */
export function watchedDriver(driver: BrowserDriver, onLaunch: (facts: BrowserFacts) => void): WatchedDriver {
  const launches = new Set<Promise<BrowserHandle | undefined>>();
  return {
    driver: {
      ...driver,
      async launch(options) {
        const launching = driver.launch(options);
        const settled = launching.catch(() => undefined);
        launches.add(settled);
        void settled.then((handle) => (handle?.lost ?? Promise.resolve()).then(() => launches.delete(settled)));
        const handle = await launching;
        onLaunch({ ...handle.version, ...(handle.pid === undefined ? {} : { pid: handle.pid }) });
        return handle;
      },
    },
    async killAll(ms) {
      const ended = Promise.all([...launches].map(async (launch) => end(await launch)));
      let cancel: () => void = () => undefined;
      const over = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        cancel = () => clearTimeout(timer);
      });
      await Promise.race([ended, over]);
      cancel();
    },
  };
}

/** An aborted signal does not speed up a `close()` that is under way. SIGKILL does. */
async function end(handle: BrowserHandle | undefined): Promise<void> {
  if (handle === undefined) return;
  if (handle.pid !== undefined) kill(handle.pid);
  await handle.close({ signal: AbortSignal.abort() }).catch(() => undefined);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // The process ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
