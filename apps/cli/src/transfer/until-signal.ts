import { exitCodeOfSignal } from '../exit-codes.js';
import type { Shell, Signal } from '../shell.js';

/**
 * Runs work that the first signal aborts. Work that does not end soon after, such as a read from a dead mount, is left. Gives its exit code, or that of the signal where it was cut off; another failure
 * is thrown.
 */
export async function untilSignal(
  { signals }: Pick<Shell, 'signals'>,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const abort = new AbortController();
  const left = Promise.withResolvers<number>();
  let stoppedBy: Signal | undefined;
  let patience: NodeJS.Timeout | undefined;
  const stopListening = signals.listen(
    (signal) => {
      stoppedBy = signal;
      abort.abort();
      patience = setTimeout(() => left.resolve(exitCodeOfSignal[signal]), PATIENCE);
    },
    () => undefined,
  );
  try {
    return await Promise.race([work(abort.signal), left.promise]);
  } catch (error) {
    if (stoppedBy === undefined) throw error;
    return exitCodeOfSignal[stoppedBy];
  } finally {
    clearTimeout(patience);
    stopListening();
  }
}

/** How long cut-off work may take to put back what it has begun, in ms. */
const PATIENCE = 10_000;
