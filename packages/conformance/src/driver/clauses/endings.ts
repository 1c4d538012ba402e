import assert from 'node:assert/strict';
import type { BrowserHandle } from '@wakey/core';
import { isWakeyError } from '@wakey/core';
import type { DriverClause, Subject } from '../clause.js';
import { rejects } from '../expectations.js';
import { isAlive, nothingLeft, processesOfSession } from '../processes.js';
import { onBrowser, recoding } from '../sabotage/sabotage.js';
import { neverClosing } from '../sabotage/saboteurs.js';

/** What a driver promises when a page or a browser ends, cleanly or not. */
export const endingClauses: readonly DriverClause[] = [
  {
    name: 'rejects pending and later calls when the page crashes, alone or with the whole browser',
    sabotage: (honest) => recoding('browser-lost', 'timeout')(recoding('page-crashed', 'timeout')(honest)),
    check: (subject) =>
      withBrowser(subject, async (browser) => {
        const { page, close } = browser;
        const { crash = { url: 'chrome://crash', code: 'page-crashed' } } = subject;
        if ('unknown' in crash)
          return assert.ok(crash.unknown.length > 10, 'no crash is known, but no reason is declared');
        const { url, code } = crash;
        const told: string[] = [];
        page.on('crashed', ({ detail }) => told.push(detail));
        const pending = rejects(page.evaluate('new Promise(() => {})'), code);
        if (typeof url === 'string') await rejects(page.goto(url), code);
        else url(browser);
        await pending;
        await rejects(page.evaluate('1'), code);
        await rejects(
          page.expose('late', () => 1),
          code,
        );
        await rejects(page.cookies(), code);
        assert.equal(told.length, code === 'page-crashed' ? 1 : 0);
        await close();
        await rejects(page.evaluate('1'), 'browser-lost');
      }),
  },
  {
    name: 'rejects pending calls with browser-lost when the browser is killed, and reports how it ended',
    needs: 'processId',
    sabotage: onBrowser(({ lost }) => ({ lost: lost.then(() => ({ kind: 'disconnected' })) })),
    check: (subject) =>
      withBrowser(subject, async (browser) => {
        const { page, pid = 0 } = browser;
        const pending = [
          rejects(page.evaluate('new Promise(() => {})'), 'browser-lost'),
          rejects(page.goto(`${subject.site.origin}/silent/killed`), 'browser-lost'),
        ];
        await subject.site.requested('/silent/killed');
        process.kill(pid, 'SIGKILL');
        await Promise.all(pending);
        const { kind, exitSignal } = await browser.lost;
        assert.equal(kind, 'exited');
        assert.equal(exitSignal, 'SIGKILL');
        await nothingLeft(subject.folder);
        await rejects(page.reload(), 'browser-lost');
        await browser.close();
      }),
  },
  {
    name: 'reports a killed browser as exited, also if close is called before the driver notices the exit',
    needs: 'processId',
    sabotage: onBrowser(({ lost }) => ({ lost: lost.then(() => ({ kind: 'closed' })) })),
    check: (subject) =>
      withBrowser(subject, async (browser) => {
        const pending = rejects(browser.page.evaluate('new Promise(() => {})'), 'browser-lost');
        process.kill(browser.pid ?? 0, 'SIGKILL');
        await pending;
        await browser.close();
        assert.equal((await browser.lost).kind, 'exited');
      }),
  },
  {
    name: 'rejects pending and later calls with page-crashed when somebody closes the page',
    sabotage: recoding('page-crashed', 'browser-lost'),
    check: (subject) =>
      withBrowser(subject, async ({ page }) => {
        const pending = rejects(page.evaluate('new Promise(() => {})'), 'page-crashed');
        await closeNatively(page.native);
        await pending;
        await rejects(page.evaluate('1'), 'page-crashed');
      }),
  },
  {
    name: 'leaves no process and no file after close, also if close is called twice',
    needs: 'processId',
    sabotage: neverClosing,
    check: (subject) =>
      withBrowser(subject, async (browser) => {
        const { pid = 0 } = browser;
        const crew = processesOfSession(pid);
        assert.ok(crew.includes(pid), 'the browser does not lead a session of its own');
        await Promise.all([browser.close(), browser.close()]);
        assert.deepEqual(crew.filter(isAlive), []);
        await nothingLeft(subject.folder);
        assert.equal((await browser.lost).kind, 'closed');
        await browser.close();
      }),
  },
  {
    name: 'rejects the calls that are pending at close with browser-lost',
    sabotage: recoding('browser-lost', 'page-crashed'),
    check: (subject) =>
      withBrowser(subject, async ({ page, close }) => {
        const pending = [
          rejects(page.evaluate('new Promise(() => {})'), 'browser-lost'),
          rejects(page.goto(`${subject.site.origin}/silent/closing`), 'browser-lost'),
        ];
        await subject.site.requested('/silent/closing');
        await close();
        await Promise.all(pending);
        await nothingLeft(subject.folder);
      }),
  },
  {
    name: 'closes a browser whose page never stops computing',
    sabotage: neverClosing,
    check: (subject) =>
      withBrowser(subject, async ({ page, close }) => {
        await rejects(page.evaluate('(() => { while (true); })()', null, { timeout: 100 }), 'timeout');
        await close({ timeout: 5_000 });
        await nothingLeft(subject.folder);
      }),
  },
  {
    name: 'closes a browser whose process is stopped and answers nothing',
    needs: 'processId',
    sabotage: neverClosing,
    check: (subject) =>
      withBrowser(subject, async ({ pid = 0, close }) => {
        process.kill(pid, 'SIGSTOP');
        await close({ timeout: 1_500 });
        await nothingLeft(subject.folder);
      }),
  },
  {
    name: 'ends the browser at once when a second close is aborted while the first still waits',
    needs: 'processId',
    sabotage: onBrowser(({ close }) => ({
      close: (options) => close(options).catch((error) => assert.ok(isWakeyError(error, 'aborted'))),
    })),
    check: (subject) =>
      withBrowser(subject, async ({ pid = 0, close }) => {
        process.kill(pid, 'SIGSTOP');
        const first = close({ timeout: 60_000 });
        const stop = new AbortController();
        const second = rejects(close({ signal: stop.signal }), 'aborted');
        stop.abort();
        await Promise.all([first, second]);
        await nothingLeft(subject.folder);
      }),
  },
];

/** Launches a browser, runs the work, and closes the browser even if the work fails. */
async function withBrowser(subject: Subject, work: (browser: BrowserHandle) => Promise<void>): Promise<void> {
  const browser = await subject.driver({ env: { TMPDIR: subject.folder } }).launch({});
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

/** Closes a page by the `close` that the page of every library has. The contract has no call for it. */
async function closeNatively(native: unknown): Promise<void> {
  assert.ok(typeof native === 'object' && native !== null && 'close' in native && typeof native.close === 'function');
  await native.close();
}
