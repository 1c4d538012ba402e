import type { LiveTroubles } from './context.ts';

/** The page's updater. Its fields are what the captured one has. */
export interface Updater {
  /** How often an update was asked for since the document was loaded. */
  latestUpdateIteration: number;
  /** The alarm that loads the page afresh; absent while none is set. */
  hardExpirationTimer: string | undefined;
  /** Asks for an update. `belowHard`: in so many ms the page is loaded afresh, whether there is a newer version or not. */
  update(options?: { readonly belowHard?: number }): Promise<'UPDATE_NOT_AVAILABLE'>;
  restart(): void;
}

/** See {@link Updater}. The service has the version that the page has: there is never a newer one. */
export function makeUpdater(troubles: LiveTroubles): Updater {
  const updater: Updater = {
    latestUpdateIteration: 0,
    hardExpirationTimer: undefined,
    async update({ belowHard } = {}) {
      updater.latestUpdateIteration += 1;
      updater.hardExpirationTimer =
        belowHard === undefined ? undefined : `alarm_timer_${updater.latestUpdateIteration}`;
      // The page's alarms count whole seconds, and lag by what the current one has run.
      if (belowHard !== undefined) setTimeout(updater.restart, belowHard + (Date.now() % 1_000));
      return 'UPDATE_NOT_AVAILABLE';
    },
    restart() {
      if (troubles.now().outdatedForm === 'reload') location.reload();
    },
  };
  return updater;
}
