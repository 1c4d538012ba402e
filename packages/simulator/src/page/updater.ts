import type { LiveTroubles } from './context.ts';

/** The page's updater, with the fields of the captured page. */
export interface Updater {
  /** How many updates the page has requested since the document was loaded. */
  latestUpdateIteration: number;
  /** The alarm that reloads the page; undefined while none is set. */
  hardExpirationTimer: string | undefined;
  /** Requests an update. `belowHard`: after this many ms the page reloads, even if there is no newer version. */
  update(options?: { readonly belowHard?: number }): Promise<'UPDATE_NOT_AVAILABLE'>;
  restart(): void;
}

/** See {@link Updater}. The service has the same version as the page, so there is never a newer one. */
export function makeUpdater(troubles: LiveTroubles): Updater {
  const updater: Updater = {
    latestUpdateIteration: 0,
    hardExpirationTimer: undefined,
    async update({ belowHard } = {}) {
      updater.latestUpdateIteration += 1;
      updater.hardExpirationTimer =
        belowHard === undefined ? undefined : `alarm_timer_${updater.latestUpdateIteration}`;
      // The page's alarms fire at whole seconds, late by the part of the current second that has passed.
      if (belowHard !== undefined) setTimeout(updater.restart, belowHard + (Date.now() % 1_000));
      return 'UPDATE_NOT_AVAILABLE';
    },
    restart() {
      if (troubles.now().outdatedForm === 'reload') location.reload();
    },
  };
  return updater;
}
