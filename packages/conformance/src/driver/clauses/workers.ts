import assert from 'node:assert/strict';
import type { BrowserOptions } from '@wakey/core';
import type { DriverClause, Subject } from '../clause.js';
import { onOptions } from '../sabotage/sabotage.js';

/** What a page's workers see of the browser. A site that compares workers with the page must find no difference. */
export const workerClauses: readonly DriverClause[] = [
  {
    name: 'shows workers of every kind the user agent of the page, and all but service workers its client hints',
    needs: 'userAgentOverride',
    sabotage: onOptions((options) => ({
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.0.0',
      ...options,
    })),
    async check(subject) {
      const seen = await seenIn(subject, {});
      assert.ok(!JSON.stringify(seen).includes('Headless'), JSON.stringify(seen));
      assert.deepEqual(seen, allAlike(seen));
    },
  },
  {
    name: 'shows workers of every kind the user agent of the option `userAgent`, and all but service workers its client hints',
    needs: 'userAgentOverride',
    sabotage: onOptions(({ userAgent, ...others }) => others),
    async check(subject) {
      const userAgent =
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
      const seen = await seenIn(subject, { userAgent });
      assert.equal(seen.page?.[0], userAgent);
      assert.deepEqual(seen, allAlike(seen));
    },
  },
];

/**
 * Check only the user agent of a service worker: no browser driven from outside is sure to give it client hints in
 * time.
 */
function allAlike({ page = '' }: Readonly<Record<string, Seen | string>>) {
  return { page, worker: page, shared: page, service: page[0] };
}

type Seen = readonly [userAgent: string, brands: string];

async function seenIn(
  { driver, folder, site }: Subject,
  options: BrowserOptions,
): Promise<Readonly<Record<string, Seen | string>>> {
  const { page, close } = await driver({ ...options, env: { TMPDIR: folder } }).launch({});
  try {
    await page.goto(`${site.otherOrigin}/page`);
    return await page.evaluate(ASK);
  } finally {
    await close();
  }
}

/** Every worker reports what it saw at its very start. A browser without client hints has none anywhere. */
const ASK = `(async () => {
  const next = (target) => new Promise((resolve) => { target.onmessage = ({ data }) => resolve(data); });
  const worker = new Worker('/teller');
  const shared = new SharedWorker('/teller');
  await navigator.serviceWorker.register('/teller');
  const { active } = await navigator.serviceWorker.ready;
  const answers = [next(worker), next(shared.port), next(navigator.serviceWorker)];
  worker.postMessage('tell');
  active.postMessage('tell');
  const [fromWorker, fromShared, fromService] = await Promise.all(answers);
  const page = [navigator.userAgent, JSON.stringify(navigator.userAgentData?.brands ?? [])];
  return { page, worker: fromWorker, shared: fromShared, service: fromService[0] };
})()`;
