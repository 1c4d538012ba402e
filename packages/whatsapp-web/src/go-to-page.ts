import { type CallOptions, isWakeyError, type PageHandle } from '@wakey/core';
import { parseFacts, type Report } from './facts.js';
import { checkBrowser } from './lacks.js';
import { notOurPage, unreachable } from './page-errors.js';
import { probeKey } from './probe-command.js';

/** The deadline of the whole, and who may cancel it. */
export interface GoToOptions extends Pick<CallOptions, 'signal'> {
  /** How much time there is left, in ms. */
  readonly left: () => number;
}

/** Navigates, and gives the first facts of a document that is WhatsApp's. */
export async function goToPage(page: PageHandle, url: string, { left, ...call }: GoToOptions): Promise<Report> {
  await hurried(url, () => page.goto(url, { until: 'commit', timeout: left(), ...call }));
  const facts = await hurried(url, () => asLongAsItLeaves(left, () => recognize(page, left(), call)));
  const isRefused = facts?.status !== undefined && facts.status >= 400;
  if (facts === undefined || (facts.kind !== 'whatsapp' && isRefused)) throw unreachable(url, facts);
  if (facts.kind === 'loading') throw unreachable(url, facts);
  if (facts.kind === 'foreign' || facts.origin !== originOf(url)) throw notOurPage(url, facts);
  // Only now: what a portal's page offers says nothing of the browser, which may withhold much over plain http.
  await hurried(url, () => asLongAsItLeaves(left, () => checkBrowser(page, { timeout: left(), ...call })));
  return facts;
}

/** Scheme, host and port: what a browser keeps a login under. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

/** What the document says that it is. */
async function recognize(
  page: PageHandle,
  timeout: number,
  call: Pick<CallOptions, 'signal'>,
): Promise<Report | undefined> {
  // The page answers a little before the deadline, so that it is the page that says how far it came.
  const arg = { key: probeKey, ms: Math.round(timeout * 0.9) };
  const text = await page.evaluate(recognizeInPage, arg, { timeout, ...call });
  return text === undefined ? undefined : parseFacts(text);
}

/** A document may give way to the next one before it has said anything, as after a logout. */
export async function asLongAsItLeaves<T>(left: () => number, task: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await task();
    } catch (thrown) {
      if (!isWakeyError(thrown, 'page-navigated') || left() <= 1) throw thrown;
    }
  }
}

/** A page that does not answer in time cannot be reached. */
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
