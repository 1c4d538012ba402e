import assert from 'node:assert/strict';
import { isWakeyError } from '@wakey/core';
import type { DriverClause, OpenSubject } from '../clause.js';
import { rejects } from '../expectations.js';
import { hiding, onBrowser, onEvaluate, onResult, recoding } from '../sabotage/sabotage.js';
import { byJsonOfThePage } from '../sabotage/saboteurs.js';

/** What `evaluate` promises. */
export const evaluateClauses: readonly DriverClause<OpenSubject>[] = [
  {
    name: 'evaluates the source of an expression, and waits for its promise',
    sabotage: onEvaluate(
      (run) =>
        (script, ...rest) =>
          run(`(() => { ${script} })()` as never, ...rest),
    ),
    async check({ browser: { page } }) {
      assert.equal(await page.evaluate('1 + 1'), 2);
      assert.deepEqual(await page.evaluate('Promise.resolve({ a: [1, "x", null, true] })'), {
        a: [1, 'x', null, true],
      });
      assert.equal(await page.evaluate('await Promise.resolve(3) // with a comment'), 3);
    },
  },
  {
    name: 'runs a function with its argument, in every syntax of a function',
    sabotage: onEvaluate((run) => (script) => run(script)),
    async check({ browser: { page } }) {
      assert.deepEqual(await page.evaluate((given: { n: number }) => ({ n: given.n + 1 }), { n: 41 }), { n: 42 });
      assert.equal(
        await page.evaluate(async function named(n: number) {
          return n;
        }, 1),
        1,
      );
      const methods = {
        plain: (n: number) => n,
        short(n: number) {
          return n * 2;
        },
        async late(n: number) {
          return n * 3;
        },
      };
      assert.equal(await page.evaluate(methods.short, 2), 4);
      assert.equal(await page.evaluate(methods.late, 2), 6);
      assert.equal(await page.evaluate(methods.plain, 2), 2);
      assert.equal(await page.evaluate((nothing: null) => nothing), null);
    },
  },
  {
    name: 'runs in the main world, with the globals of the page',
    sabotage: onEvaluate((run) => (script) => run(`((window) => (${script}))({})` as never)),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/first`);
      assert.equal(await page.evaluate('typeof window.atFirst'), 'object');
    },
  },
  {
    name: 'returns undefined for the result undefined, and leaves out properties that are undefined',
    sabotage: onResult((result) => result ?? null),
    async check({ browser: { page } }) {
      assert.equal(await page.evaluate('undefined'), undefined);
      assert.deepEqual(await page.evaluate('({ a: undefined, b: 1 })'), { b: 1 });
    },
  },
  ...[
    '[undefined]',
    '[1, , 2]',
    'NaN',
    '({ a: { b: [Infinity] } })',
    '10n',
    'new Date()',
    'new Map()',
    'new Set()',
    '[() => 1]',
    'Symbol("s")',
    '(() => { const ring = {}; ring.ring = ring; return ring; })()',
    'window',
    'document.body',
    'new (class Thing { n = 1 })()',
    'new Uint8Array(1)',
    'new Error("x")',
    '/x/',
  ].map((source) => ({
    name: `refuses the result ${source} as not JSON`,
    sabotage: byJsonOfThePage,
    async check({ browser: { page } }: OpenSubject) {
      await rejects(page.evaluate(source), 'value-not-json');
    },
  })),
  {
    name: 'refuses an argument that is not JSON, before the page sees it',
    sabotage: onEvaluate((run) => (script, arg) => run(script, JSON.parse(JSON.stringify(arg)))),
    async check({ browser: { page } }) {
      const notJson = [new Date(), { n: Number.NaN }, [undefined], new Map(), { big: 1n }];
      for (const argument of notJson) {
        await rejects(
          page.evaluate(() => null, argument as never),
          'value-not-json',
        );
      }
    },
  },
  {
    name: 'carries unusual strings, keys and numbers unchanged',
    sabotage: onResult((result) => JSON.parse(JSON.stringify(result))),
    async check({ browser: { page } }) {
      const odd = { text: '\u2028 \ud800 \0 "`\\" </script> ', minus: -0, tiny: 5e-324, '': [[]], é: '😀' };
      const own = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}');
      assert.deepEqual(await page.evaluate((value: typeof odd) => value, odd), odd);
      const back = await page.evaluate((value: typeof own) => value, own);
      assert.equal(JSON.stringify(back), JSON.stringify(own));
    },
  },
  {
    name: 'returns the right result also if the page adds a toJSON method to every array',
    sabotage: byJsonOfThePage,
    async check({ browser: { page } }) {
      await page.evaluate('(Array.prototype.toJSON = () => "mangled", null)');
      assert.deepEqual(await page.evaluate('[[1]]'), [[1]]);
    },
  },
  {
    name: 'carries 20 MB to the page and back',
    sabotage: onResult((result) => String(result).slice(0, 10_000_000)),
    async check({ browser: { page } }) {
      const text = '€"'.repeat(7_000_000);
      const back = await page.evaluate((given: string) => given, text);
      assert.ok(back === text, 'the text came back changed');
    },
  },
  {
    name: 'carries an argument of 100 MB or refuses it, and does not lose the browser',
    spoils: true,
    sabotage: onBrowser(({ page, close }) => ({
      page: { ...page, evaluate: (...call) => close().then(() => page.evaluate(...call)) },
    })),
    async check({ browser: { page } }) {
      const length = 100 * 1024 * 1024;
      const carried = await page
        .evaluate((text: string) => text.length, 'x'.repeat(length))
        .catch((error) => {
          assert.ok(isWakeyError(error, 'invalid-argument'), `rejected with ${String(error)}`);
          return length;
        });
      assert.equal(carried, length);
      assert.equal(await page.evaluate('1 + 1'), 2);
    },
  },
  ...[
    ['throw', 'throw new TypeError("out of order")', 'TypeError: out of order'],
    ['a rejection', 'return Promise.reject(new Error("later"))', 'Error: later'],
    ['a thrown string', 'throw "plain"', 'plain'],
    ['a value that cannot be printed', 'throw { toString() { throw 1 } }', 'cannot be printed'],
  ].map(([what, body, message]) => ({
    name: `rejects with evaluate-failed and the page's message: ${what}`,
    sabotage: hiding('evaluate-failed'),
    async check({ browser: { page } }: OpenSubject) {
      const error = await rejects(page.evaluate(`(() => { ${body} })()`), 'evaluate-failed');
      assert.ok(error.message.includes(message ?? ''), error.message);
    },
  })),
  {
    name: 'rejects with evaluate-failed if the source is not an expression',
    sabotage: hiding('evaluate-failed'),
    async check({ browser: { page } }) {
      await rejects(page.evaluate('let a = 1;'), 'evaluate-failed');
      await rejects(page.evaluate('('), 'evaluate-failed');
    },
  },
  {
    name: 'rejects with page-navigated when another document replaces the one in which the script runs',
    sabotage: recoding('page-navigated', 'evaluate-failed'),
    async check({ browser: { page }, site }) {
      for (const origin of [site.origin, site.otherOrigin]) {
        await page.goto(`${site.origin}/page`);
        const running = page.evaluate('new Promise(() => { window.waiting = 1; })');
        const refused = rejects(running, 'page-navigated');
        await page.goto(`${origin}/page/next`);
        await refused;
        assert.equal(await page.evaluate('document.title'), 'page');
      }
    },
  },
  {
    name: 'rejects with page-navigated when the script itself navigates the page',
    sabotage: recoding('page-navigated', 'evaluate-failed'),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/page`);
      const script = `new Promise(() => { location.href = ${JSON.stringify(`${site.otherOrigin}/page/led`)}; })`;
      await rejects(page.evaluate(script), 'page-navigated');
    },
  },
  {
    name: 'rejects with timeout at its deadline, and with aborted when its signal is aborted',
    sabotage: recoding('aborted', 'timeout'),
    async check({ browser: { page } }) {
      await rejects(page.evaluate('new Promise(() => {})', null, { timeout: 50 }), 'timeout');
      const stop = new AbortController();
      const running = rejects(page.evaluate('new Promise(() => {})', null, { signal: stop.signal }), 'aborted');
      const reason = new Error('no longer wanted');
      stop.abort(reason);
      assert.equal((await running).cause, reason);
      await rejects(page.evaluate('1', null, { signal: stop.signal }), 'aborted');
      assert.equal(await page.evaluate('1'), 1);
    },
  },
  {
    name: 'rejects at its deadline also if the page never stops computing',
    spoils: true,
    sabotage: hiding('timeout'),
    async check({ browser: { page }, site }) {
      await page.goto(`${site.origin}/page`);
      await rejects(page.evaluate('(() => { while (true); })()', null, { timeout: 100 }), 'timeout');
      await rejects(page.evaluate('1', null, { timeout: 100 }), 'timeout');
    },
  },
];
