import assert from 'node:assert/strict';
import type { DriverClause, OpenSubject } from '../clause.js';
import { rejects, until } from '../expectations.js';
import { hiding, onHandler, onPage } from '../sabotage/sabotage.js';
import { answeringAsTheFirstTime, inTheOrderOfAnswers } from '../sabotage/saboteurs.js';

/** What `expose` promises. */
export const exposeClauses: readonly DriverClause<OpenSubject>[] = [
  {
    name: 'adds a function to the page that takes and returns JSON',
    sabotage: onHandler((handler) => async (arg) => {
      await handler(arg);
      return null;
    }),
    async check({ browser: { page } }) {
      await page.expose('double', (value) => ({ twice: [value, value] }));
      await page.expose('silent', () => undefined);
      assert.deepEqual(await page.evaluate('double({ a: 1 })'), { twice: [{ a: 1 }, { a: 1 }] });
      assert.deepEqual(await page.evaluate('double()'), { twice: [null, null] });
      assert.equal(await page.evaluate('silent(1)'), undefined);
    },
  },
  {
    name: 'rejects in the page with the message of the error that the handler throws',
    sabotage: onHandler((handler) => async (arg) => {
      try {
        return await handler(arg);
      } catch {
        throw new Error('it failed');
      }
    }),
    async check({ browser: { page } }) {
      await page.expose('fail', (how) => {
        if (how === 'late') return Promise.reject(new Error('too late'));
        throw new RangeError('out of range');
      });
      assert.equal(await page.evaluate('fail("late").catch((error) => error.message)'), 'too late');
      assert.equal(await page.evaluate('fail().catch((error) => error.message)'), 'out of range');
    },
  },
  {
    name: 'refuses arguments and answers that are not JSON',
    sabotage: onHandler((handler) => async (arg) => JSON.parse(JSON.stringify(await handler(arg)))),
    async check({ browser: { page } }) {
      let calls = 0;
      await page.expose('odd', () => {
        calls += 1;
        return new Date() as never;
      });
      assert.equal(await page.evaluate('odd(1).then(() => "gave", (error) => typeof error.message)'), 'string');
      assert.equal(await page.evaluate('odd([undefined]).then(() => "gave", () => "refused")'), 'refused');
      assert.equal(calls, 1);
    },
  },
  {
    name: 'answers each of several overlapping calls with its own result, whichever call ends first',
    sabotage: inTheOrderOfAnswers,
    async check({ browser: { page } }) {
      const open: (() => void)[] = [];
      await page.expose('wait', (value) => new Promise((resolve) => open.push(() => resolve(value))));
      const answers = page.evaluate('Promise.all([wait("a"), wait("b"), wait("c")])');
      await until(() => open.length === 3);
      for (const answer of open.reverse()) answer();
      assert.deepEqual(await answers, ['a', 'b', 'c']);
    },
  },
  {
    name: 'exists before the scripts of every later document, also after navigation and reload',
    spoils: true,
    sabotage: onPage((page) => ({
      async expose(name, handler) {
        await page.expose(`${name}Once`, handler);
        await page.evaluate(`(window.${name} = window.${name}Once, null)`);
      },
    })),
    async check({ browser: { page }, site }) {
      await page.expose('ask', (value) => value);
      for (const origin of [site.origin, site.otherOrigin, site.origin]) {
        await page.goto(`${origin}/first`);
        assert.equal(await page.evaluate('window.atFirst.ask'), 'function');
        assert.equal(await page.evaluate('ask(7)'), 7);
      }
      await page.reload();
      assert.equal(await page.evaluate('ask(8)'), 8);
    },
  },
  {
    name: 'still works after the document of a pending call is gone',
    spoils: true,
    sabotage: answeringAsTheFirstTime,
    async check({ browser: { page }, site }) {
      const open: (() => void)[] = [];
      await page.expose('ask', (value) => new Promise((resolve) => open.push(() => resolve(value))));
      for (const origin of [site.origin, site.otherOrigin, site.origin]) {
        await page.goto(`${origin}/ask`, { until: 'commit' });
        await until(() => open.length > 0);
      }
      await page.goto(`${site.origin}/page`);
      for (const answer of open.splice(0)) answer();
      const asked = page.evaluate('ask("still")');
      await until(() => open.length > 0);
      for (const answer of open) answer();
      assert.equal(await asked, 'still');
    },
  },
  {
    name: 'refuses a name that the page or another function already uses',
    sabotage: hiding('invalid-argument'),
    async check({ browser: { page } }) {
      await page.expose('mine', () => 1);
      await rejects(
        page.expose('mine', () => 2),
        'invalid-argument',
      );
      await rejects(
        page.expose('fetch', () => 3),
        'invalid-argument',
      );
      assert.equal(await page.evaluate('mine()'), 1);
      assert.equal(await page.evaluate('typeof fetch("data:,").then'), 'function');
    },
  },
  {
    name: 'does not exist in frames within the page',
    spoils: true,
    sabotage: onPage((page) => ({
      async expose(name, handler) {
        await page.expose(name, handler);
        await page.addInitScript(`if (window !== top) window.${name} = () => Promise.resolve(1)`);
      },
    })),
    async check({ browser: { page }, site }) {
      await page.expose('ask', () => 1);
      await page.goto(`${site.origin}/page`);
      const frame = `new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.onload = () => resolve(typeof frame.contentWindow.ask);
        frame.src = '/page/frame';
        document.body.append(frame);
      })`;
      assert.equal(await page.evaluate(frame), 'undefined');
    },
  },
];
