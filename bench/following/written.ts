import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromiumProfile } from '@wakey/chromium';
import { unlessAbsent, walkKept } from '@wakey/host';

/** Counts the bytes that a browser writes to the files of its profile that a backup contains. */
export interface Written {
  /** Stops counting. Resolves to the number of bytes. */
  stop(): Promise<number>;
}

/**
 * Looks at the sizes of all files again and again: a file that appears counts whole, and a file that grows counts by its growth.
 * Does not see what the browser writes over earlier bytes, or to a file that lives shorter than one look, so the true number is at
 * least as large.
 */
export async function countWritten(profileDir: string): Promise<Written> {
  const sizes = new Map<string, number>();
  let bytes = 0;
  await look();
  bytes = 0;
  let isOver = false;
  const looking = (async () => {
    while (!isOver) await look();
  })();
  return {
    async stop() {
      isOver = true;
      await looking;
      await look();
      return bytes;
    },
  };

  async function look(): Promise<void> {
    for await (const { path, kind } of walkKept(chromiumProfile.parts, profileDir)) {
      if (kind !== 'file') continue;
      const stat = await unlessAbsent(lstat(join(profileDir, path)));
      if (stat === undefined) continue;
      const file = `${stat.ino}:${stat.birthtimeMs}`;
      bytes += Math.max(0, stat.size - (sizes.get(file) ?? 0));
      sizes.set(file, stat.size);
    }
    // A bench measures in real time, and notifications of the system would not tell sizes.
    await delay(LOOK);
  }
}

/** The time between two looks, in ms. */
const LOOK = 50;
