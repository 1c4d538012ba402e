import type { Facts } from '../facts.js';
import { patiently } from './deadline.js';
import type { Finder } from './finder.js';
import { functionOf, objectOf, type PageObject } from './page-window.js';

/** What the account may not do although it works. */
export type RestrictionFacts = { readonly [F in 'timeLock' | 'capping']: Facts[F] | undefined };

/** Reads the page's records of its account's restrictions. */
export interface RestrictionReader {
  /** The page says that a record has changed. */
  note(): void;
  /** The restrictions of now. The records are asked for again at most every few seconds, and when one has changed. */
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
        // Without an answer, what was known stays: a restriction is not over because the page is slow.
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

/** Statuses in the page's words; any other one, `NONE` too, is no restriction. */
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

/** A count or a time of the page: anything else, as a time before 1970, counts as not said. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
