import type { Json } from '@wakey/core';

/**
 * One change that a page made to what its origin stores. The first member is its name; keys and values are in the form of
 * `codec.ts`.
 */
export type Op =
  /** A database of this version exists. */
  | readonly ['version', database: string, version: number]
  | readonly ['drop-database', database: string]
  | readonly ['store', database: string, store: string, keyPath: Json, autoIncrement: boolean]
  | readonly ['drop-store', database: string, store: string]
  | readonly ['rename-store', database: string, from: string, to: string]
  | readonly [
      'index',
      database: string,
      store: string,
      index: string,
      keyPath: Json,
      unique: boolean,
      multiEntry: boolean,
    ]
  | readonly ['drop-index', database: string, store: string, index: string]
  | readonly ['rename-index', database: string, store: string, from: string, to: string]
  | readonly ['put', database: string, store: string, key: Json, value: Json]
  | readonly ['delete', database: string, store: string, keys: readonly Json[]]
  | readonly ['clear', database: string, store: string]
  /** The highest number that the store's key generator has returned. */
  | readonly ['generator', database: string, store: string, highest: number]
  /** One entry of localStorage; `null`: removed. */
  | readonly ['local', key: string, value: string | null]
  | readonly ['clear-local'];

/** A message of the page that begins with this says why a commit cannot be recorded. */
export const UNRECORDED = 'unrecorded ';

/** Tells the driver of a commit that cannot be recorded. */
export function refuseWith(say: (text: string) => void): (error: unknown) => void {
  return (error) => say(`${UNRECORDED}${String(error)}`);
}

/**
 * What the page sends for each group of changes, as JSON. If the page waits until the group is on the disk, a random name of the document
 * and the number of the group stand before the JSON, each with a space.
 */
export interface ReportedChanges {
  readonly origin: string;
  readonly ops: readonly Op[];
}
