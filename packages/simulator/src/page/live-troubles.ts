import type { PageTroubles } from '../protocol.ts';
import type { LiveTroubles } from './context.ts';

/** Holds the troubles of the moment and wakes who waits for one to end. */
export function makeLiveTroubles(first: PageTroubles): LiveTroubles {
  let current = first;
  const waiting = new Set<() => void>();
  return {
    now: () => current,
    change(troubles) {
      current = troubles;
      for (const check of [...waiting]) check();
    },
    until: (holds) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!holds(current)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

/** Whether an event of this name must not fire just now. */
export function isLostEvent(troubles: LiveTroubles, emitter: string, event: string): boolean {
  const { lostEvents } = troubles.now();
  return lostEvents.includes(`${emitter} ${event}`) || lostEvents.includes(`${emitter} *`);
}
