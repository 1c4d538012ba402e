import { exitCodeOfSignal } from '../exit-codes.js';
import type { Shell, Signal } from '../shell.js';

/**
 * Runs work that the first signal aborts. Gives its exit code, or that of the signal where it was cut off; another failure
 * is thrown.
 */
export async function untilSignal(
  { signals }: Pick<Shell, 'signals'>,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const abort = new AbortController();
  let stoppedBy: Signal | undefined;
  const stopListening = signals.listen(
    (signal) => {
      stoppedBy = signal;
      abort.abort();
    },
    () => undefined,
  );
  try {
    return await work(abort.signal);
  } catch (error) {
    if (stoppedBy === undefined) throw error;
    return exitCodeOfSignal[stoppedBy];
  } finally {
    stopListening();
  }
}
