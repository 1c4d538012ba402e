import { exitCodeOfSignal } from '../exit-codes.js';
import type { Shell, Signal } from '../shell.js';

/**
 * Runs work that the first signal aborts. Returns the exit code of the work, or of the signal if the signal cut the work off. If
 * the aborted work does not end soon, because it reads from a dead mount for instance, this function returns without it.
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

/** How long aborted work may take to undo its changes, in ms. */
const PATIENCE = 10_000;
