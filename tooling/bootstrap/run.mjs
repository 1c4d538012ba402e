#!/usr/bin/env node
// Sets the clone up and runs a job: `run.mjs demo|test|proof|bench|setup [arguments]`. The set-up runs on the machine's own Node,
// 20 or newer, before anything is installed; the job runs on the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { provideBrowser } from './browser.mjs';
import { provideLightpanda } from './lightpanda.mjs';
import { pinnedNode, root } from './places.mjs';
import { cloneEnvironment, provideBuild, providePackages } from './setup.mjs';
import { SetupError } from './step.mjs';
import { provideTestTools } from './tools.mjs';

/** @type {Record<string, readonly string[]>} The arguments with which the pinned Node starts each job. */
const jobs = {
  demo: ['apps/cli/bin/wakey.js', 'demo'],
  test: ['tooling/checks/run.ts'],
  proof: ['--import', 'tsx', '--conditions', 'wakey:source', 'tooling/proof/run.ts'],
  bench: ['--import', 'tsx', '--conditions', 'wakey:source', 'bench/run.ts'],
};

async function main() {
  const [verb = '', ...args] = process.argv.slice(2);
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(`This is Node ${process.versions.node}. Wakey's set-up needs Node 20 or newer.`);
  }
  const job = jobs[verb];
  if (!job && verb !== 'setup')
    throw new SetupError(`Unknown job "${verb}". There are: setup, ${Object.keys(jobs).join(', ')}.`);

  await providePackages();
  await provideBuild();
  const browser = await provideBrowser();
  if (!job) {
    await provideLightpanda();
    process.stdout.write(`Wakey is set up. Browser: ${browser.path}\nTry: npx wakey start\n`);
    return 0;
  }
  if (verb === 'test') {
    await provideTestTools();
    await provideLightpanda();
  }
  const program = job.find((part) => part.includes('/') && !part.startsWith('-')) ?? '';
  if (!existsSync(join(root, program)))
    throw new SetupError(`${program} is missing. Run \`npx pnpm build\` and read its output.`);
  const env = { ...cloneEnvironment(), ...(browser.hidden ? { WAKEY_BROWSER: browser.path } : {}) };
  return await runJob([...job, ...args], env);
}

/**
 * Runs the job in this terminal. The terminal sends a Ctrl-C to the job itself; the set-up only waits until the job ends.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function runJob(args, env) {
  return new Promise((settle, reject) => {
    const child = spawn(pinnedNode, args, { cwd: root, env, stdio: 'inherit' });
    process.on('SIGINT', () => undefined);
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => settle(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`\n${error instanceof SetupError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  },
);
