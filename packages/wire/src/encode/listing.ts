import type { BrowserVersion, LeaseHolder, Quarantined, RecoveryCause, Restrictions } from '@wakey/core';
import type { ListingJson } from '../types.js';
import { restrictionsField } from './restrictions.js';
import { iso } from './time.js';

/** What a listing is made from: the `SessionListing` of `@wakey/client` has these facts. Times in ms since 1970. */
export interface ListingFacts {
  readonly id: string;
  readonly isHeld: boolean;
  readonly holder?: LeaseHolder;
  readonly problem?: { readonly code: string; readonly message: string };
  readonly record?: {
    readonly linkedAt?: number;
    readonly lostAt?: number;
    readonly me?: string;
    readonly lastReadyAt?: number;
    readonly restrictions?: Restrictions;
    readonly driver?: string;
    readonly browser?: BrowserVersion;
    readonly generation: number;
    readonly keptAt?: number;
    readonly proved?: { readonly generation: number; readonly at: number };
    readonly recovery?: {
      readonly at: number;
      readonly why: RecoveryCause;
      readonly generation?: number;
      readonly through?: number;
      readonly quarantine?: string;
    };
    readonly setAside?: Quarantined;
  };
}

/** A session of a directory as JSON. A session whose login is lost is not linked. */
export function encodeListing({ id, isHeld, holder, record, problem }: ListingFacts): ListingJson {
  const { linkedAt, lostAt, me, lastReadyAt, restrictions = {} } = record ?? {};
  return {
    session: id,
    isLinked: linkedAt !== undefined && lostAt === undefined,
    ...(me === undefined ? {} : { me }),
    ...(linkedAt === undefined ? {} : { linkedAt: iso(linkedAt) }),
    ...(lostAt === undefined ? {} : { lostAt: iso(lostAt) }),
    ...(lastReadyAt === undefined ? {} : { lastReadyAt: iso(lastReadyAt) }),
    ...restrictionsField(restrictions),
    ...(record === undefined ? {} : keepingFields(record)),
    isRunning: isHeld,
    ...(isHeld && holder !== undefined ? { holder: { ...holder, since: iso(holder.since) } } : {}),
    ...(problem === undefined ? {} : { problem: { code: problem.code, message: problem.message } }),
  };
}

function keepingFields(record: NonNullable<ListingFacts['record']>) {
  const { driver, browser, generation, keptAt, proved, recovery, setAside } = record;
  return {
    ...(driver === undefined ? {} : { driver }),
    ...(browser === undefined ? {} : { browser }),
    ...(keptAt === undefined ? {} : { kept: { generation, at: iso(keptAt) } }),
    ...(proved === undefined ? {} : { proved: { ...proved, at: iso(proved.at) } }),
    ...(recovery === undefined ? {} : { recovery: { ...recovery, at: iso(recovery.at) } }),
    ...(setAside === undefined ? {} : { setAside: { ...setAside, until: iso(setAside.until) } }),
  };
}
