import type { SessionState, WaitOptions } from './session.js';
import type { Watched } from './waits.js';

/**
 * The current state and each change, until the session is stopped or ended, or the signal aborts. Each iterator has its own
 * queue.
 */
export function statesOf(watched: Watched, { signal }: WaitOptions): AsyncIterable<SessionState> {
  return { [Symbol.asyncIterator]: () => iterate(watched, signal) };
}

async function* iterate(watched: Watched, signal: WaitOptions['signal']): AsyncGenerator<SessionState, void> {
  const queue: SessionState[] = [watched.current()];
  let wake: () => void = () => undefined;
  const unsubscribe = watched.onState((state) => {
    queue.push(state);
    wake();
  });
  const abort = () => wake();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    while (signal?.aborted !== true) {
      const state = queue.shift();
      if (state === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield state;
      if (queue.length === 0 && isRest(state)) return;
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', abort);
  }
}

function isRest({ name }: SessionState): boolean {
  return name === 'stopped' || name === 'ended';
}
