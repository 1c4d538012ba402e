import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { type Bench, type Costs, measure } from './bench.ts';

const folder = join(import.meta.dirname, 'benches');

// The ratio of so small a sample means nothing; that both ways do their work does.
const found = await Promise.all(
  readdirSync(folder).map(async (file) => {
    const { bench, costs } = (await import(pathToFileURL(join(folder, file)).href)) as Partial<Found>;
    return { file, bench, costs };
  }),
);

interface Found {
  readonly bench: Bench;
  readonly costs: Costs;
}

it.each(found.flatMap(({ file, bench }) => (bench === undefined ? [] : [{ file, bench }])))(
  '$file does its work in both ways, and leaves nothing',
  async ({ bench }) => {
    const pair = await bench.open(1);
    const { median, least, most, theirs } = await measure(pair, 1);
    await pair.close();
    expect(theirs).toBeGreaterThan(0);
    expect(least).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(least);
    expect(most).toBeGreaterThanOrEqual(median);
  },
);

it.each(found.flatMap(({ file, costs }) => (costs === undefined ? [] : [{ file, costs }])))(
  '$file measures each of its costs',
  async ({ costs }) => {
    const measured = await costs.measure({ rounds: 1, second: 20 });
    expect(measured).not.toEqual([]);
    for (const { what, value } of measured) expect(value, what).not.toBeNaN();
  },
);

it('takes the median of the ratios of neighbours, with either way first, and does not count the first round', async () => {
  const order: string[] = [];
  let time = 0;
  let cpu = 0;
  const way =
    (name: string, ...costs: number[]) =>
    async () => {
      order.push(name);
      time += costs.shift() ?? 0;
      cpu += name === 'ours' ? 3 : 2;
    };
  const pair = {
    ours: way('ours', 900, 20, 30, 40),
    theirs: way('theirs', 1, 10, 10, 10),
    close: async () => undefined,
  };
  const clocks = { now: () => time, cpu: () => cpu };
  expect(await measure(pair, 3, clocks)).toEqual({ median: 3, least: 2, most: 4, theirs: 10, cpu: 1.5 });
  expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs', 'theirs', 'ours']);
});
