import { type Disk, takeLock } from '@wakey/host';
import type { Call } from './call.js';

/** Waits for the lock on `path` as long as the call lasts, and runs `run` while it holds the lock. */
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
      // The lock file holds no data, and closing it releases the lock even if the close reports a failed disk.
      await lock.release().catch(() => undefined);
    }
  }
}

/** In ms. A holder of this lock only renames a few files, so the lock is soon free. */
const PAUSE = 5;
