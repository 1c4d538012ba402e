import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bench, type Cost, type Costs, measure } from './bench.ts';

const folder = join(import.meta.dirname, 'benches');

/** `pnpm bench [name] [--rounds N] [--megabytes N]`: runs one comparison, or all of them. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '9' }, megabytes: { type: 'string', default: '64' } },
  });
  const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
  const [wanted] = positionals;
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new Error(`There is no bench "${wanted}". Benches: ${names.join(', ')}`);
  }
  const rounds = whole('--rounds', values.rounds);
  const megabytes = whole('--megabytes', values.megabytes);
  for (const name of names.filter((one) => wanted === undefined || one === wanted)) {
    const found = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as Found;
    if ('bench' in found) await compare(name, found.bench, rounds, megabytes);
    else {
      console.log(`${name}: ${found.costs.what}; ${rounds} rounds`);
      for (const cost of await found.costs.measure({ rounds, second: 1_000 })) console.log(`  ${lineOf(cost)}`);
    }
  }
}

type Found = { readonly bench: Bench } | { readonly costs: Costs };

async function compare(name: string, bench: Bench, rounds: number, megabytes: number): Promise<void> {
  console.log(`${name}: ${bench.what}; ${rounds} rounds of ${megabytes} MB`);
  const pair = await bench.open(megabytes);
  try {
    const { median, least, most, theirs, cpu } = await measure(pair, rounds);
    const range = `${least.toFixed(2)} to ${most.toFixed(2)}`;
    console.log(`  takes ${median.toFixed(2)} times as long (${range}); the other: ${theirs.toFixed(0)} ms`);
    if (cpu !== undefined) console.log(`  takes ${cpu.toFixed(2)} times as much CPU time`);
  } finally {
    await pair.close();
  }
}

function lineOf({ what, value, unit, goal }: Cost): string {
  const verdict = goal === undefined ? '' : `; goal: at most ${goal}${value <= goal ? '' : ', MISSED'}`;
  return `${what}: ${value.toFixed(2)} ${unit}${verdict}`;
}

function whole(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${option} is "${text}"; it must be a whole number above 0.`);
  return Number(text);
}

main().catch((error: unknown) => {
  // A wrong command line needs no stack trace.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
