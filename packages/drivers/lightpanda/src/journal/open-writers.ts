import { resolve } from 'node:path';
import type { Writer } from './writer.js';

const writers = new Map<string, Writer>();

/** Notes the writer of a profile until it is closed, for readers in this process. */
export function noted(profileDir: string, writer: Writer): Writer {
  const path = resolve(profileDir);
  writers.set(path, writer);
  return {
    ...writer,
    async close() {
      try {
        await writer.close();
      } finally {
        if (writers.get(path) === writer) writers.delete(path);
      }
    },
  };
}

/**
 * Waits until the file contains what the browser of this process has reported so far. The reader gets no error if the writer has failed:
 * the driver then ends the browser.
 */
export async function untilWritten(profileDir: string): Promise<void> {
  await writers
    .get(resolve(profileDir))
    ?.flush()
    .catch(() => undefined);
}
