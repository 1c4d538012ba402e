import { join } from 'node:path';
import type { Page } from 'puppeteer-core';

/** What a page reads back of its own writes. */
export interface Found {
  /** The number of the last transaction. */
  readonly last: number;
  /** The differences from the result of complete transactions. */
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
 * Makes the page write its IndexedDB as fast as it can, one transaction after the other. Each transaction puts its number into
 * two stores and replaces one of 256 rows; every 16th also writes a value that the browser stores as a file of its own. Continues
 * after the last existing transaction, up to number `last` if that is given.
 */
export async function startWriting(page: Page, last?: number): Promise<void> {
  await page.addScriptTag({ path: script });
  await page.evaluate((number) => window.hotCopies.start(number ?? undefined), last ?? null);
}

/** The number of the last transaction that the browser has reported as complete. */
export function writtenSoFar(page: Page): Promise<number> {
  return page.evaluate(() => window.hotCopies.written());
}

/** Reads everything back, and finds what a copy has lost or stored only in part. */
export async function readBack(page: Page): Promise<Found> {
  await page.addScriptTag({ path: script });
  return page.evaluate(() => window.hotCopies.readBack());
}

const script = join(import.meta.dirname, 'page-writer.js');
