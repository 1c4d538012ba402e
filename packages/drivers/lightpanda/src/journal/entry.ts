import type { Cookie } from '@wakey/core';
import { isNatural, isObject, parsedJson } from '@wakey/host';
import type { ReportedChanges } from '../bridge/operations.js';

/** The first line of a journal file. */
export interface Header {
  readonly wakey: 1;
  /** How many commits of pages earlier files contained. */
  readonly commits: number;
}

/**
 * A later line: what a page has stored, or all cookies of the browser. `again`: the line repeats what an earlier file contained, and is
 * no new commit.
 */
export type Entry = { readonly again?: true } & (ReportedChanges | { readonly cookies: readonly Cookie[] });

/** Throws for a file of a later Wakey. */
export function headerOf(text: string): Header {
  const value = parsedJson(text);
  if (isObject(value) && value.wakey === 1 && isNatural(value.commits)) return { wakey: 1, commits: value.commits };
  throw new Error('the journal has a header of another version of Wakey');
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
