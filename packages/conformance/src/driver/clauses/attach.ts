import assert from 'node:assert/strict';
import { secret, WakeyError } from '@wakey/core';
import type { DriverClause } from '../clause.js';
import { rejects, until } from '../expectations.js';
import { startChromium } from '../foreign-chromium.js';
import { isAlive } from '../processes.js';
import { openRelay } from '../relay.js';
import { onAttach } from '../sabotage/sabotage.js';

/** What `attach` promises about a browser that another program runs. */
export const attachClauses: readonly DriverClause[] = [
  {
    name: 'opens a page in a running browser, and closes only that page',
    needs: 'attach',
    sabotage: onAttach((attach) => async (...call) => {
      await attach(...call);
      return attach(...call);
    }),
    async check({ driver, executable, folder, site, startForeign = startChromium }) {
      const other = await startForeign(executable, folder);
      try {
        const { attach } = driver();
        assert.ok(attach !== undefined);
        const pages = async () => (await other.pages?.()) ?? 0;
        const before = await pages();
        const more = other.pages === undefined ? 0 : 1;
        // After a release, a driver can attach again, also by the browser's web address.
        for (const endpoint of [other.endpoint, `http://${new URL(other.endpoint).host}`]) {
          const handle = await attach(secret(endpoint));
          await handle.page.expose('ask', (value) => value);
          await handle.page.goto(`${site.origin}/first`);
          assert.equal(await handle.page.evaluate('ask(5)'), 5);
          assert.equal(handle.pid, undefined);
          assert.equal(await pages(), before + more);
          await handle.close();
          await handle.close();
          assert.equal((await handle.lost).kind, 'closed');
          await rejects(handle.page.evaluate('1'), 'browser-lost');
          assert.equal(await pages(), before);
          assert.ok(isAlive(other.pid));
        }
      } finally {
        await other.end();
      }
    },
  },
  {
    name: 'reports when the browser to which it is attached ends',
    needs: 'attach',
    sabotage: onAttach((attach) => async (...call) => {
      const browser = await attach(...call);
      return { ...browser, lost: browser.lost.then(() => ({ kind: 'exited' })) };
    }),
    async check({ driver, executable, folder, startForeign = startChromium }) {
      const other = await startForeign(executable, folder);
      const handle = await driver().attach?.(secret(other.endpoint));
      assert.ok(handle !== undefined);
      const pending = rejects(handle.page.evaluate('new Promise(() => {})'), 'browser-lost');
      await other.end();
      await pending;
      assert.equal((await handle.lost).kind, 'disconnected');
      await handle.close();
    },
  },
  {
    name: 'has the address of a new document that arrives together with an answer about the old document',
    needs: 'attach',
    sabotage: onAttach((attach) => async (...call) => {
      const browser = await attach(...call);
      const { page } = browser;
      let url = page.url();
      const goto: typeof page.goto = async (...going) => {
        await page.goto(...going);
        url = going[0];
      };
      return { ...browser, page: { ...page, goto, url: () => url } };
    }),
    async check({ driver, executable, folder, site, startForeign = startChromium }) {
      const other = await startForeign(executable, folder);
      const relay = await openRelay(other.endpoint);
      try {
        const { attach } = driver();
        assert.ok(attach !== undefined);
        const { page, close } = await attach(secret(relay.endpoint));
        await page.goto(`${site.origin}/lead-later`);
        const held = relay.holdFrames();
        const going = page.goto(`${site.origin}/lead-later#there`);
        await Promise.race([held, going]);
        // A driver that asks later must not wait for a document that arrived before its question.
        relay.holdNoMore();
        await site.openGate();
        await going;
        await until(() => page.url() === `${site.origin}/page/led`, 5_000);
        // All messages under way have arrived now.
        assert.equal(await page.evaluate('location.pathname'), '/page/led');
        assert.equal(page.url(), `${site.origin}/page/led`);
        await close();
      } finally {
        await relay.close();
        await other.end();
      }
    },
  },
  {
    name: 'rejects when nothing listens at the address, and the error does not contain the address',
    needs: 'attach',
    sabotage: onAttach(
      (attach) => (endpoint, options) =>
        attach(endpoint, options).catch(() => {
          throw new WakeyError('browser-unavailable', { what: `Nobody is at ${endpoint.reveal()}.`, hint: '' });
        }),
    ),
    async check({ driver, site }) {
      const { attach } = driver();
      assert.ok(attach !== undefined);
      for (const endpoint of [
        `${site.deadOrigin.replace('http', 'ws')}/devtools/hunter2`,
        `${site.deadOrigin}/hunter2`,
      ]) {
        const error = await rejects(attach(secret(endpoint)), 'browser-unavailable');
        assert.ok(!`${error.message} ${String(error.cause)}`.includes('hunter2'));
      }
      await rejects(attach(secret(site.deadOrigin), { signal: AbortSignal.abort() }), 'aborted');
    },
  },
];
