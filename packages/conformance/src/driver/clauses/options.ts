import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { isWakeyError } from '@wakey/core';
import { nobodysCertificate } from '../certificate.js';
import type { DriverClause } from '../clause.js';
import { rejects } from '../expectations.js';
import { nothingLeft } from '../processes.js';
import { onOptions } from '../sabotage/sabotage.js';
import { script } from '../scripts.js';

/** What the options of a factory set: the binary to start, its window, and the certificates that it trusts. */
export const optionClauses: readonly DriverClause[] = [
  {
    name: 'starts the binary of the option `executable`',
    needs: 'processId',
    sabotage: onOptions(({ executable, ...others }) => others),
    async check({ driver, executable: browser, folder }) {
      const executable = await script(folder, `: > '${join(folder, 'started')}'; exec '${browser}' "$@"`);
      const handle = await driver({ executable, env: { TMPDIR: folder, PATH: '/usr/bin:/bin' } }).launch({});
      assert.equal(await handle.page.evaluate('1 + 1'), 2);
      await handle.close();
      assert.ok((await readdir(folder)).includes('started'), 'another binary was started');
      await nothingLeft(folder, ['browser', 'started']);
    },
  },
  {
    name: 'with "auto" searches for a binary, along PATH too, and an error names the searched places',
    needs: 'processId',
    sabotage: onOptions((options) => (options.executable === 'auto' ? { ...options, executable: '/none' } : options)),
    async check({ driver, executable, folder }) {
      const { launch } = driver({ executable: 'auto', env: { TMPDIR: folder, PATH: dirname(executable) } });
      try {
        await (await launch({})).close();
      } catch (error) {
        // The driver need not find a browser with another name in an unusual directory.
        assert.ok(isWakeyError(error, 'browser-unavailable'), String(error));
        assert.ok(error.message.includes(dirname(executable)), error.message);
      }
      await nothingLeft(folder);
    },
  },
  {
    name: 'with `headless: false` shows a window or refuses, and never silently runs without a window',
    needs: 'processId',
    sabotage: onOptions(({ headless, ...others }) => others),
    async check({ driver, folder, display }) {
      const launch = (env: Readonly<Record<string, string>>) =>
        driver({ headless: false, env: { TMPDIR: folder, ...env } }).launch({});
      const refusal = await launch({}).then(
        (browser) => browser.close(),
        (error: unknown) => error,
      );
      // A browser with windows needs a display for them; a driver without windows must say so.
      assert.ok(isWakeyError(refusal), 'the browser ran without a display for its window');
      await nothingLeft(folder);
      if (refusal.code !== 'browser-failed') return assert.equal(refusal.code, 'invalid-argument');
      if (display === undefined) return;
      const { page, close } = await launch({ DISPLAY: display });
      assert.ok(!String(await page.evaluate('navigator.userAgent')).includes('Headless'));
      assert.equal(await page.evaluate('outerWidth > 0 && outerHeight > innerHeight'), true, 'the window has no frame');
      await close();
      await nothingLeft(folder);
    },
  },
  {
    name: 'accepts an untrusted certificate only with the option `ignoreCertificateErrors`',
    sabotage: onOptions((options) => ({ ...options, ignoreCertificateErrors: true })),
    async check({ driver, folder }) {
      const site = await openSecureSite();
      try {
        const wary = await driver({ env: { TMPDIR: folder } }).launch({});
        await rejects(wary.page.goto(site.origin), 'page-unreachable');
        await wary.close();
        const told = await driver({ ignoreCertificateErrors: true, env: { TMPDIR: folder } }).launch({});
        await told.page.goto(site.origin);
        assert.equal(await told.page.evaluate('document.title'), 'secure');
        assert.equal(await told.page.evaluate('fetch("/").then((answer) => answer.status)'), 200);
        await told.close();
      } finally {
        await site.close();
      }
    },
  },
];

async function openSecureSite() {
  const server = createServer(nobodysCertificate, (_, response) =>
    response.setHeader('content-type', 'text/html').end('<title>secure</title>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
