import assert from 'node:assert/strict';
import type { DriverClause, OpenSubject } from '../clause.js';
import { rejects, until } from '../expectations.js';
import { hiding, onPage, withInitScript } from '../sabotage/sabotage.js';

/** What `goto`, `reload`, `url`, `addInitScript` and the event `navigated` promise. */
export const navigateClauses: readonly DriverClause<OpenSubject>[] = [
  {
    name: 'starts with a blank page',
    sabotage: onPage(() => ({ url: () => 'chrome://newtab/' })),
    async check({ driver, folder }) {
      const browser = await driver({ env: { TMPDIR: folder } }).launch({});
      assert.equal(browser.page.url(), 'about:blank');
      await browser.close();
    },
  },
  {
    name: 'waits until the requested stage: commit, dom or load',
    sabotage: onPage((page) => ({ goto: (url, options) => page.goto(url, { ...options, until: 'commit' }) })),
    async check({ browser: { page }, site, commitsAtEnd, noPictures }) {
      if (commitsAtEnd === undefined) {
        await page.goto(`${site.origin}/endless`, { until: 'commit' });
        assert.equal(page.url(), `${site.origin}/endless`);
      } else {
        assert.ok(commitsAtEnd.length > 10, 'a difference without a reason');
        await rejects(page.goto(`${site.origin}/endless`, { until: 'commit', timeout: 500 }), 'timeout');
      }
      await rejects(page.goto(`${site.origin}/endless`, { until: 'dom', timeout: 200 }), 'timeout');
      await page.goto(`${site.origin}/picture`, { until: 'dom' });
      assert.equal(await page.evaluate('document.title'), 'picture');
      if (noPictures === undefined) await rejects(page.goto(`${site.origin}/picture`, { timeout: 200 }), 'timeout');
      else await page.goto(`${site.origin}/picture`);
      await page.goto(`${site.origin}/page`);
      assert.equal(await page.evaluate('document.readyState'), 'complete');
    },
  },
  {
    name: 'rejects with page-unreachable if nothing listens at the address, and if the answer has no document',
    sabotage: hiding('page-unreachable'),
    async check({ browser: { page }, site }) {
      await rejects(page.goto(`${site.deadOrigin}/?token=hunter2`), 'page-unreachable').then((error) =>
        assert.ok(!error.message.includes('hunter2'), 'the message contains the query'),
      );
      await rejects(page.goto(`${site.origin}/empty`), 'page-unreachable');
      await page.goto(`${site.origin}/page`);
      await rejects(page.goto('not an address'), 'invalid-argument');
    },
  },
  {
    name: 'gives up on a server that never answers, and keeps the old document',
    sabotage: hiding('timeout'),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/page/before`);
      await rejects(page.goto(`${site.origin}/silent`, { timeout: 200 }), 'timeout');
      const stop = new AbortController();
      const going = rejects(page.goto(`${site.origin}/silent/again`, { signal: stop.signal }), 'aborted');
      await site.requested('/silent/again');
      stop.abort();
      await going;
      assert.equal(page.url(), `${site.origin}/page/before`);
      await page.goto(`${site.origin}/page/after`);
      assert.equal(page.url(), `${site.origin}/page/after`);
    },
  },
  {
    name: 'follows a page that navigates away before it has loaded',
    sabotage: onPage((page) => ({
      async goto(url, options) {
        await page.goto(url, options);
        assert.equal(page.url(), url);
      },
    })),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/lead`);
      await until(() => page.url() === `${site.origin}/page/led`);
    },
  },
  {
    name: 'goes to a fragment of the same document, without a new document',
    sabotage: onPage((page) => ({
      async goto(url, options) {
        await page.goto(url, options);
        await page.reload(options);
      },
    })),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/page`);
      await page.evaluate('(window.kept = 1, null)');
      await page.goto(`${site.origin}/page#there`);
      assert.equal(page.url(), `${site.origin}/page#there`);
      assert.equal(await page.evaluate('window.kept'), 1);
      await page.evaluate('(history.pushState(null, "", "/page/pushed"), null)');
      await until(() => page.url() === `${site.origin}/page/pushed`);
    },
  },
  {
    name: 'reloads into a new document',
    sabotage: onPage(() => ({ reload: async () => undefined })),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/page`);
      await page.evaluate('(window.kept = 1, null)');
      await page.reload();
      assert.equal(await page.evaluate('typeof window.kept'), 'undefined');
      await rejects(page.reload({ signal: AbortSignal.abort() }), 'aborted');
    },
  },
  {
    name: 'reports every new document once, and no change of the fragment',
    sabotage: onPage((page) => ({
      on: (event, listener) =>
        page.on(event, (payload) => {
          listener(payload);
          listener(payload);
        }),
    })),
    async check({ browser: { page }, site }) {
      const told: string[] = [];
      const stop = page.on('navigated', ({ url }) => told.push(url));
      await page.goto(`${site.origin}/page`);
      await page.goto(`${site.origin}/page#there`);
      await page.goto(`${site.otherOrigin}/page`);
      await page.reload();
      stop();
      await page.goto(`${site.origin}/page`);
      assert.deepEqual(told, [`${site.origin}/page`, `${site.otherOrigin}/page`, `${site.otherOrigin}/page`]);
    },
  },
  {
    name: 'runs init scripts in every later document, before the scripts of the page, in the order in which they were added',
    sabotage: onPage((page) => ({
      addInitScript: async (source) => void (await page.evaluate(`(() => { ${source}; return null; })()`)),
    })),
    async check({ browser: { page }, site }) {
      await page.addInitScript('window.mark = "a"');
      await page.addInitScript('window.mark += "b"');
      for (const origin of [site.origin, site.otherOrigin]) {
        await page.goto(`${origin}/first`);
        assert.equal(await page.evaluate('window.atFirst.mark'), 'ab');
      }
      await page.reload();
      assert.equal(await page.evaluate('window.atFirst.mark'), 'ab');
    },
  },
  {
    name: 'leaves a page with a beforeunload handler, and dismisses dialogs',
    sabotage: withInitScript('window.confirm = () => true'),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/page`);
      assert.equal(await page.evaluate('confirm("sure?")'), false);
      await page.evaluate('(window.addEventListener("beforeunload", (event) => event.preventDefault()), null)');
      await page.goto(`${site.origin}/page/next`);
      assert.equal(page.url(), `${site.origin}/page/next`);
    },
  },
];
