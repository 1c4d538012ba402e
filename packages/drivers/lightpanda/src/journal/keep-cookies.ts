import { type Clock, systemClock } from '@wakey/browser-process';
import type { Cookie } from '@wakey/core';

/** Records the cookies of a browser after each moment at which they may have changed. */
export interface CookieWatch {
  /** Reads the cookies soon; several calls in a row become one reading. */
  mayHaveChanged(): void;
  /** Reads them now. */
  look(): Promise<void>;
}

/** `known`: the cookies that are recorded. `record` gets all cookies if they differ. A browser that is gone has no new cookies. */
export function watchCookies(
  known: readonly Cookie[],
  read: () => Promise<readonly Cookie[]>,
  record: (cookies: readonly Cookie[]) => void,
  clock: Pick<Clock, 'wait'> = systemClock,
): CookieWatch {
  let last = JSON.stringify(known);
  let isDue = false;
  const look = async () => {
    const cookies = await read();
    const text = JSON.stringify(cookies);
    if (text === last) return;
    last = text;
    record(cookies);
  };
  return {
    look,
    mayHaveChanged() {
      if (isDue) return;
      isDue = true;
      void clock.wait(SOON).then(() => {
        isDue = false;
        // This fails only if the browser is gone.
        return look().catch(() => undefined);
      });
    },
  };
}

/** In ms: a page often sets several cookies in a row. */
const SOON = 200;
