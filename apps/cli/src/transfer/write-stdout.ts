import { UsageError } from '@wakey/config';
import type { Out } from '../terminal/screen.js';

/** Writes bytes to a pipe, no faster than its reader takes them, and returns their number. Refuses a terminal. */
export async function writeStdout(out: Out, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  refuseTerminal(out);
  let size = 0;
  for await (const chunk of bytes) {
    await new Promise<void>((resolve, reject) => {
      out.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    size += chunk.length;
  }
  return size;
}

/** Throws a UsageError if `out` is a terminal. */
export function refuseTerminal(out: Out): void {
  if (out.isTTY === true) {
    throw new UsageError('--to - would print bytes on this terminal. Pipe the output, or name a file with --to.');
  }
}
