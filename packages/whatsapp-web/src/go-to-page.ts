import { type CallOptions, isWakeyError, type PageHandle } from '@wakey/core';
import { checkBrowser } from './browser-needs.js';
import { parseFacts, type Report } from './facts.js';
import { notOurPage, refusedBrowser, unreachable } from './page-errors.js';
import { probeKey } from './probe-command.js';

/** The deadline and the abort signal of the whole navigation. */
export interface GoToOptions extends Pick<CallOptions, 'signal'> {
  /** Returns the time that is left, in ms. */
  readonly left: () => number;
}

/** Navigates to the URL and returns the first facts of WhatsApp's document. */
export async function goToPage(page: PageHandle, url: string, { left, ...call }: GoToOptions): Promise<Report> {
  await hurried(url, () => page.goto(url, { until: 'commit', timeout: left(), ...call }));
  const facts = await hurried(url, () => asLongAsItLeaves(left, () => recognize(page, left(), call)));
  if (facts?.kind === 'refusing' && facts.origin === originOf(url)) throw refusedBrowser(facts);
  const isRefused = facts?.status !== undefined && facts.status >= 400;
  if (facts === undefined || (facts.kind !== 'whatsapp' && isRefused)) throw unreachable(url, facts);
  if (facts.kind === 'loading') throw unreachable(url, facts);
  if (facts.kind === 'foreign' || facts.origin !== originOf(url)) throw notOurPage(url, facts);
  // Check the browser only after the page is known: on a login portal over plain http, browsers withhold features that
  // they have.
  await hurried(url, () => asLongAsItLeaves(left, () => checkBrowser(page, { timeout: left(), ...call })));
  return facts;
}

/** Returns scheme, host and port of the URL. A browser stores a login separately for each such origin. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

/** Asks the document what page it is. */
async function recognize(
  page: PageHandle,
  timeout: number,
  call: Pick<CallOptions, 'signal'>,
): Promise<Report | undefined> {
  // The probe answers a little before the deadline, so that its answer tells how far the page has loaded.
  const arg = { key: probeKey, ms: Math.round(timeout * 0.9) };
  const text = await page.evaluate(recognizeInPage, arg, { timeout, ...call });
  return text === undefined ? undefined : parseFacts(text);
}

/**
 * Repeats the task while the page navigates: another document may replace the one that was asked before it answers, as
 * after a logout.
 */
export async function asLongAsItLeaves<T>(left: () => number, task: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await task();
    } catch (thrown) {
      if (!isWakeyError(thrown, 'page-navigated') || left() <= 1) throw thrown;
    }
  }
}

/** Turns a timeout into `page-unreachable`. */
async function hurried<T>(url: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (thrown) {
    throw isWakeyError(thrown, 'timeout') ? unreachable(url, undefined, thrown) : thrown;
  }
}

function recognizeInPage({ key, ms }: { readonly key: string; readonly ms: number }): Promise<string> | undefined {
  return Reflect.get(globalThis, Symbol.for(key))?.recognize(ms);
}
