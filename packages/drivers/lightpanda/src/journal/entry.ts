import type { Cookie } from '@wakey/core';
import { isNatural, isObject, parsedJson } from '@wakey/host';
import type { ReportedChanges } from '../bridge/operations.js';

/** The format of the journals that this Wakey writes. */
export const FORMAT = 1;

/** The first line of a journal file. */
export interface Header {
  /** The format of the file. */
  readonly wakey: typeof FORMAT;
  /** How many commits of pages earlier files contained. */
  readonly commits: number;
}

/**
 * A later line: what a page has stored, or all cookies of the browser. `again`: the line repeats what an earlier file contained, and is
 * no new commit.
 */
export type Entry = { readonly again?: true } & (ReportedChanges | { readonly cookies: readonly Cookie[] });

/** A later Wakey wrote the journal, in a format that this one does not know. */
export class LaterFormat extends Error {}

/** Throws `LaterFormat`. The version of the browser does not matter: the format is of Wakey alone. */
export function headerOf(text: string): Header {
  const value = parsedJson(text);
  if (isObject(value) && value.wakey === FORMAT && isNatural(value.commits)) {
    return { wakey: FORMAT, commits: value.commits };
  }
  if (isObject(value) && isNatural(value.wakey) && value.wakey > FORMAT) {
    throw new LaterFormat(`it has the format ${value.wakey}, and this Wakey knows those up to ${FORMAT}`);
  }
  throw new Error('the journal has no header');
}

/** The content of a line whose checksum is right: Wakey wrote it, so its shape is known. */
export function entryOf(text: string): Entry {
  return JSON.parse(text) as Entry;
}

/** A line that repeats what an earlier file contained. */
export function repeated(entry: Entry): string {
  return JSON.stringify({ again: true, ...entry });
}

/** Whether a line is a new commit of a page. */
export function isCommit(text: string): boolean {
  return text.startsWith('{"origin":');
}
