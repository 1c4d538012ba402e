import type { PageClock } from './context.ts';

/** Decides which tab of a profile holds the connection. */
export interface TabMutex {
  /** Resolves to whether this tab holds the connection. */
  win(): Promise<boolean>;
  /** Takes the connection from the tab that holds it. */
  takeOver(): void;
}

const key = 'WHATSAPP_MUTEX';
const pingMs = 1_000;

/** See {@link TabMutex}. Calls `lost` when another tab takes the connection. */
export function makeTabMutex(clock: PageClock, lost: () => void): TabMutex {
  let isOurs = false;
  let answered: (() => void) | undefined;
  let tick = 0;

  function say(word: string): void {
    tick += 1;
    localStorage.setItem(key, `${word}${Date.now()}.${tick}`);
  }

  function claim(): void {
    isOurs = true;
    say('init_');
  }

  window.addEventListener('storage', ({ key: changed, newValue }) => {
    if (changed !== key || newValue === null) return;
    if (newValue.startsWith('ping') && isOurs) say('pong');
    else if (newValue.startsWith('pong')) answered?.();
    else if (newValue.startsWith('local-takeover') && isOurs) {
      isOurs = false;
      lost();
    }
  });
  window.addEventListener('pagehide', () => {
    if (isOurs) localStorage.removeItem(key);
  });

  return {
    async win() {
      if (localStorage.getItem(key) === null) {
        claim();
        return true;
      }
      const held = new Promise<boolean>((resolve) => {
        answered = () => resolve(true);
      });
      say('ping');
      // A killed tab leaves its entry behind; only a tab that answers is alive.
      const isHeld = await Promise.race([held, clock.pass(pingMs).then(() => false)]);
      answered = undefined;
      if (!isHeld) claim();
      return !isHeld;
    },
    takeOver() {
      say('local-takeover');
      claim();
    },
  };
}
