import type { PageTroubles } from '../protocol.ts';
import type { LiveTroubles } from './context.ts';

/** Holds the current troubles and resolves the promises that wait for a change of them. */
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

/** Whether the troubles suppress an event of this name now. */
export function isLostEvent(troubles: LiveTroubles, emitter: string, event: string): boolean {
  const { lostEvents } = troubles.now();
  return lostEvents.includes(`${emitter} ${event}`) || lostEvents.includes(`${emitter} *`);
}
