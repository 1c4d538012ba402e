import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from '../workspaces.ts';
import type { Proof, ProofOptions } from './proof.ts';

const folder = join(root, 'e2e/proofs');

/** `pnpm proof <name> [--seed N] [--count N]`: runs one long proof; without a name, lists them. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, count: { type: 'string' } },
  });
  const [name] = positionals;
  const names = proofNames();
  if (name === undefined || !names.includes(name)) {
    if (name !== undefined) console.error(`There is no proof "${name}".`);
    console.error(`Usage: pnpm proof <name> [--seed N] [--count N]\nProofs: ${names.join(', ') || 'none'}`);
    process.exitCode = 2;
    return;
  }
  const seed = whole('--seed', values.seed) ?? Date.now() % 1_000_000;
  const count = whole('--count', values.count);
  await prove(name, { seed, log: (line) => console.log(line), ...(count === undefined ? {} : { count }) });
}

async function prove(name: string, options: ProofOptions): Promise<void> {
  const again = `pnpm proof ${name} --seed ${options.seed}${options.count === undefined ? '' : ` --count ${options.count}`}`;
  console.log(`Proof ${name}, seed ${options.seed}`);
  const started = performance.now();
  try {
    const proof = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as Proof;
    await proof.run(options);
    console.log(`Proved in ${((performance.now() - started) / 1000).toFixed(0)} s. Again: ${again}`);
  } catch (error) {
    console.error(error);
    console.error(`NOT proved. Replay: ${again}`);
    process.exitCode = 1;
  }
}

function proofNames(): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
}

function whole(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${option} is "${text}"; it must be a whole number.`);
  return Number(text);
}

main().catch((error: unknown) => {
  // An error outside of a proof is a wrong command line, which needs no stack trace.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
