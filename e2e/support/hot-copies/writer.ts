import { join } from 'node:path';
import type { Page } from 'puppeteer-core';

/** What was found of what a page had written. */
export interface Found {
  /** The number of the last transaction. */
  readonly last: number;
  /** What is not as transactions, one after the other, leave it. */
  readonly faults: readonly string[];
}

declare global {
  interface Window {
    readonly hotCopies: {
      start(last: number | undefined): Promise<void>;
      written(): number;
      readBack(): Promise<Found>;
    };
  }
}

/**
 * Makes the page write its IndexedDB as fast as it can, one transaction after the other: each puts its number into two
 * stores and over one of 256 rows, every 16th a value that the browser keeps as a file of its own. Goes on from what is
 * there, up to the transaction of number `last` where that is given.
 */
export async function startWriting(page: Page, last?: number): Promise<void> {
  await page.addScriptTag({ path: script });
  await page.evaluate((number) => window.hotCopies.start(number ?? undefined), last ?? null);
}

/** The number of the last transaction that the page was told is complete. */
export function writtenSoFar(page: Page): Promise<number> {
  return page.evaluate(() => window.hotCopies.written());
}

/** Reads everything back, and finds what a copy has lost or torn. */
export async function readBack(page: Page): Promise<Found> {
  await page.addScriptTag({ path: script });
  return page.evaluate(() => window.hotCopies.readBack());
}

const script = join(import.meta.dirname, 'page-writer.js');
