import { spawnSync } from 'node:child_process';
import { isDebian } from './browser.mjs';
import { runStep, SetupError } from './step.mjs';

/** The programs with which the tests open bundles, in addition to Wakey itself. */
const TOOLS = ['age', 'zstd'];

/** Installs the missing programs if the user is root on Debian. Otherwise prints which tests will not run. */
export async function provideTestTools() {
  const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).status !== 0);
  if (missing.length === 0) return;
  try {
    if (process.getuid?.() !== 0 || !isDebian()) throw new SetupError(`Not installed: ${missing.join(', ')}.`);
    await installWithApt(missing);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\nThe tests that open bundles with ${TOOLS.join(' and ')} are skipped.\n`);
  }
}

/** @param {readonly string[]} missing */
async function installWithApt(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const advice = `Install them yourself: apt-get install ${missing.join(' ')}`;
  const step = { name: 'tools', title: `Installing ${missing.join(' and ')}`, command: 'apt-get', env, advice };
  await runStep({ ...step, name: 'tools-update', title: 'Reading the package lists', args: ['update'] });
  await runStep({ ...step, args: ['install', '-y', ...missing] });
}
