import { detailOf, type SessionParts } from './parts.js';

/** How far the store is behind the profile. Warns when it refuses or is far behind, and again each time that this has doubled. */
export interface Lag {
  /** The follower begins to append what has changed. */
  begin(): void;
  /** Everything that had changed then is in the store. `isMore`: the profile has changed meanwhile. */
  done(isMore: boolean): void;
  /** The store has refused a segment, or the profile could not be read. */
  refused(error: unknown, by: RefusedBy): void;
  /** How often in a row the work has failed. */
  refusals(): number;
  /** The work ended without a result, or another backup is followed now. */
  reset(): void;
}

/** What failed: the store when it took a segment, or the reading of the profile. */
export type RefusedBy = 'store' | 'profile';

/** Creates a lag of nothing. */
export function createLag({ clock, log, warn }: Pick<SessionParts, 'clock' | 'log' | 'warn'>): Lag {
  /** Since when the profile has had changes that the store lacks, in ms since 1970; `undefined` if it lacks none. */
  let since: number | undefined;
  let begun = 0;
  let refusals = 0;
  /** The lag at which the next warning is due, in ms. */
  let due = LATE;
  let cancel = (): void => undefined;

  return {
    begin() {
      begun = clock.now();
      since ??= begun;
      if (refusals === 0) watch();
    },
    done(isMore) {
      cancel();
      if (refusals > 0) log('info', 'the changes of the profile are kept again', {});
      refusals = 0;
      // The store has the state of when the work began. What has changed after that is missing.
      since = isMore ? begun : undefined;
      if (!isMore || clock.now() - begun < GOOD) due = LATE;
    },
    refused(error, by) {
      cancel();
      refusals += 1;
      if (refusals === 1 || behind() >= due) tell(by, detailOf(error));
    },
    refusals: () => refusals,
    reset() {
      cancel();
      since = undefined;
      refusals = 0;
      due = LATE;
    },
  };

  function watch(): void {
    cancel();
    cancel = clock.set(Math.max(0, due - behind()), () => {
      tell('store', 'The store is slow, or the profile changes too quickly.');
      watch();
    });
  }

  function behind(): number {
    return since === undefined ? 0 : clock.now() - since;
  }

  function tell(by: RefusedBy, why: string): void {
    const seconds = Math.round(behind() / 1_000);
    warn(`The last changes of the profile are not kept: ${causes[by]}the store is ${seconds} s behind. ${why}`);
    due = Math.max(LATE, 2 * behind());
  }
}

/** The words of the warning before those that say how far the store is behind. */
const causes: { readonly [By in RefusedBy]: string } = {
  store: '',
  profile: 'Wakey cannot read the profile, and ',
};

/** A store that is this far behind is worth a warning, in ms. */
const LATE = 5_000;
/** A store that is not further behind keeps up again, in ms. */
const GOOD = 1_000;
