import assert from 'node:assert/strict';
import type { DriverClause } from '../clause.js';
import { rejects } from '../expectations.js';
import { onBrowser } from '../sabotage/sabotage.js';

/** What a driver promises that measures the memory of its browser. A driver may leave that out. */
export const memoryClauses: readonly DriverClause[] = [
  {
    name: 'measures the memory of all processes of the browser, if it measures any, and rejects once the browser is gone',
    sabotage: onBrowser(() => ({ memory: async () => 100 * MEGABYTE })),
    async check({ driver, folder }) {
      const { page, memory, close } = await driver({ env: { TMPDIR: folder } }).launch({});
      try {
        if (memory === undefined) return;
        const before = await memory();
        assert.ok(before > MEGABYTE, `a browser uses only ${before} bytes`);
        await page.evaluate(`(globalThis.kept = new Uint8Array(${HELD}).fill(1)).length`);
        const more = (await memory()) - before;
        assert.ok(more > HELD / 2, `the page holds ${HELD} bytes more, and the browser uses ${more} more`);
        await rejects(memory({ signal: AbortSignal.abort() }), 'aborted');
      } finally {
        await close();
      }
      await rejects(memory(), 'browser-lost');
    },
  },
];

const MEGABYTE = 1_000_000;
/** More than the memory of an idle browser changes by, in bytes. */
const HELD = 100 * MEGABYTE;
