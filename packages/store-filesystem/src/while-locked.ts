import { type Disk, takeLock } from '@wakey/host';
import type { Call } from './call.js';

/** Runs `run` while holding the lock on `path`, waiting for it as long as the call lasts. */
export async function whileLocked<T>(
  disk: Disk,
  path: string,
  sleep: (ms: number) => Promise<void>,
  call: Call,
  run: () => Promise<T>,
): Promise<T> {
  for (;;) {
    call.check();
    const lock = await takeLock(disk, path);
    if (lock === undefined) {
      await call.race(sleep(PAUSE));
      continue;
    }
    try {
      return await run();
    } finally {
      // Nothing was written to this file, and closing gives the lock back also where it reports a failed disk.
      await lock.release().catch(() => undefined);
    }
  }
}

/** Whoever holds such a lock renames a few files: it is soon free. In ms. */
const PAUSE = 5;
