import assert from 'node:assert/strict';
import { secret } from '@wakey/core';
import type { DriverClause } from '../clause.js';
import { startChromium } from '../foreign-chromium.js';
import { openOwnersPage } from '../owners-page.js';
import { onAttach } from '../sabotage/sabotage.js';

interface OtherPage {
  readonly id: string;
  readonly url: string;
}

/** What `attach` promises about the pages that the driver did not open. */
export const attachOthersClauses: readonly DriverClause[] = [
  {
    name: 'leaves the dialogs of other pages to the owner of the browser',
    needs: 'attach',
    sabotage: onAttach((attach) => async (endpoint, options) => {
      const browser = await attach(endpoint, options);
      const { page } = browser;
      const { host } = new URL(endpoint.reveal());
      const goto: typeof page.goto = async (...going) => {
        const pages = (await (await fetch(`http://${host}/json/list`)).json()) as readonly OtherPage[];
        const others = pages.filter(({ url }) => url.endsWith('/prompt'));
        await Promise.all(others.map(({ id }) => fetch(`http://${host}/json/close/${id}`)));
        await page.goto(...going);
      };
      return { ...browser, page: { ...page, goto } };
    }),
    async check({ driver, executable, folder, site, startForeign = startChromium }) {
      const other = await startForeign(executable, folder);
      try {
        // A browser that lists no pages does not share pages with its owner.
        if (other.pages === undefined) return;
        const { attach } = driver();
        assert.ok(attach !== undefined);
        const { page, close } = await attach(secret(other.endpoint));
        const owners = await openOwnersPage(new URL(other.endpoint).host);
        await owners.openDialog(`${site.origin}/prompt`);
        // When this call returns, the browser has reported the dialog to the driver: a driver that answers it has done
        // so.
        await page.goto(`${site.origin}/page`);
        assert.equal(await page.evaluate('confirm("ours?")'), false);
        await owners.answer('the owner');
        await site.requested('/page/said');
        assert.equal(site.headersOf('/page/said')['x-said'], 'the owner');
        await close();
        owners.close();
      } finally {
        await other.end();
      }
    },
  },
];
