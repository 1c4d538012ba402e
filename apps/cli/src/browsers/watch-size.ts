import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessAbsent } from '@wakey/host';

/** Calls `onSize` with the bytes in a directory, now and four times a second. Returns a function that stops it. */
export function watchSize(directory: string, onSize: (bytes: number) => void): () => void {
  let isOver = false;
  const look = async () => {
    // A directory that cannot be read has no new size. The download meets the same error, and reports it.
    const bytes = await sizeOf(directory).catch(() => undefined);
    if (!isOver && bytes !== undefined) onSize(bytes);
  };
  void look();
  const timer = setInterval(look, 250);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

async function sizeOf(directory: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(directory, { recursive: true }))
    size += (await unlessAbsent(stat(join(directory, name))))?.size ?? 0;
  return size;
}
