import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Op } from '../src/bridge/operations.js';
import { type Journal, openJournal } from '../src/journal/open-journal.js';
import { modelOf } from './journal-model.ts';

/** The site of the tests. */
export const origin = 'https://one.test';

/** Opens the journal of a profile, does some work with it, and closes it as a browser that ends does. */
export async function withJournal<T>(
  profile: string,
  work: (journal: Journal) => Promise<T> | T,
  options: { readonly small?: number } = {},
): Promise<T> {
  const failed = (error: unknown) => {
    throw error;
  };
  const journal = await openJournal(profile, failed, options);
  try {
    return await work(journal);
  } finally {
    await journal.writer.close();
  }
}

/** Records a commit of a page. */
export function commit(journal: Journal, ops: readonly Op[], site = origin): void {
  journal.writer.append(JSON.stringify({ origin: site, ops }));
}

/** All that a browser puts back at its launch, as a plain value. */
export async function putBack({ origins, parts, cookies }: Journal): Promise<unknown> {
  const model = modelOf();
  for (const site of origins) for await (const ops of parts(site)) model.apply(site, ops);
  return { cookies, ...model.content() };
}

/** The names of the files in the journal's directory. */
export async function filesOf(profile: string): Promise<readonly string[]> {
  return (await readdir(join(profile, 'journal'))).sort();
}
