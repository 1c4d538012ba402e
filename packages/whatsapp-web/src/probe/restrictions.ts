import type { Facts } from '../facts.js';
import { patiently } from './deadline.js';
import type { Finder } from './finder.js';
import { functionOf, objectOf, type PageObject } from './page-window.js';

/** Restrictions of an account that is not banned. */
export type RestrictionFacts = { readonly [F in 'timeLock' | 'capping']: Facts[F] | undefined };

/** Reads the page's records of the account's restrictions. */
export interface RestrictionReader {
  /** Handles the page's event that a record has changed. */
  note(): void;
  /** Returns the current restrictions. Reads the records again after an event and otherwise every 5 s at most. */
  read(): Promise<RestrictionFacts>;
}

const answerMs = 1_000;
const everyMs = 5_000;

/** See {@link RestrictionReader}. */
export function readRestrictions(finder: Finder): RestrictionReader {
  let isDue = true;
  let askedAt = Number.NEGATIVE_INFINITY;
  let records: { readonly timeLock?: PageObject | undefined; readonly capping?: PageObject | undefined } = {};

  const ask = patiently(answerMs, async () => {
    const [storage, key] = [finder.first('user-preferences'), finder.first('time-lock-key')];
    const get = functionOf(storage?.values[0]);
    const capping = functionOf(finder.first('capping')?.values[0]);
    const lock = get === undefined || key === undefined ? undefined : await get(key.values[0]);
    return { timeLock: objectOf(lock), capping: objectOf(await capping?.()) };
  });

  return {
    note() {
      isDue = true;
    },
    async read() {
      if (isDue || performance.now() - askedAt >= everyMs) {
        isDue = false;
        askedAt = performance.now();
        // Without an answer the last records stay: a slow page does not mean that a restriction is over.
        records = (await ask()) ?? records;
      }
      return { timeLock: timeLockOf(records.timeLock), capping: cappingOf(records.capping) };
    },
  };
}

function timeLockOf(record: PageObject | undefined): Facts['timeLock'] {
  const until = numberOf(record?.time_enforcement_ends);
  if (record === undefined || isOver(until)) return undefined;
  const kind = record.enforcement_type;
  return { ...(typeof kind === 'string' ? { kind } : {}), ...(until === undefined ? {} : { until }) };
}

/** The page's statuses; every other status, such as `NONE`, is no restriction. */
const statuses = { FIRST_WARNING: 'first-warning', SECOND_WARNING: 'second-warning', CAPPED: 'capped' } as const;

function cappingOf(record: PageObject | undefined): Facts['capping'] {
  const word = record?.capping_status;
  if (typeof word !== 'string' || !Object.hasOwn(statuses, word)) return undefined;
  const seconds = numberOf(record?.cycle_end_timestamp);
  const until = seconds === undefined ? undefined : seconds * 1_000;
  if (isOver(until)) return undefined;
  const [used, quota] = [numberOf(record?.used_quota), numberOf(record?.total_quota)];
  return {
    status: statuses[word as keyof typeof statuses],
    ...(used === undefined ? {} : { used }),
    ...(quota === undefined ? {} : { quota }),
    ...(until === undefined ? {} : { until }),
  };
}

function isOver(until: number | undefined): boolean {
  return until !== undefined && until <= Date.now();
}

/** Returns a count or a time of the page; undefined for every other value, such as a time before 1970. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
