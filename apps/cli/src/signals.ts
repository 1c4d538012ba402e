import type { Signal, Signals } from './shell.js';

/**
 * The signals of this process. If nobody reads the output any more, that counts as SIGTERM. So does the end of a parent that
 * started this process with an IPC channel: this process must not outlive it.
 */
export function processSignals(process: NodeJS.Process): Signals {
  const leavers = new Set<() => void>();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader of a pipe left, or the terminal was closed. Other errors, such as a full disk, end nothing: see `outlet`.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') return;
      for (const leave of leavers) leave();
    });
  }
  return {
    listen(onStop, onHurry) {
      let isStopping = false;
      const take = (signal: Signal) => {
        if (isStopping && signal === 'SIGINT') onHurry();
        if (isStopping) return;
        isStopping = true;
        onStop(signal);
      };
      const takers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, () => take(signal)] as const);
      const leave = () => take('SIGTERM');
      for (const [signal, taker] of takers) process.on(signal, taker);
      process.on('disconnect', leave);
      process.channel?.unref();
      leavers.add(leave);
      return () => {
        for (const [signal, taker] of takers) process.off(signal, taker);
        process.off('disconnect', leave);
        leavers.delete(leave);
      };
    },
  };
}
