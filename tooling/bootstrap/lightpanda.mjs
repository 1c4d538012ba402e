import { join } from 'node:path';
import { pinnedNode, root } from './places.mjs';
import { cloneEnvironment } from './setup.mjs';
import { runStep, SetupError } from './step.mjs';

/**
 * Installs the newest Lightpanda that Wakey knows in the cache of this user, with `wakey browser install`, unless
 * WAKEY_SKIP_LIGHTPANDA is 1. Needs the build. If the installation fails, for lack of pip for instance, prints the reason and
 * which tests are skipped.
 */
export async function provideLightpanda() {
  if (process.env.WAKEY_SKIP_LIGHTPANDA === '1') return;
  try {
    await runStep({
      name: 'lightpanda',
      title: 'Getting Lightpanda',
      command: pinnedNode,
      args: [join(root, 'apps/cli/bin/wakey.js'), 'browser', 'install', 'lightpanda'],
      env: cloneEnvironment(),
      advice: 'Without it, the tests on the real Lightpanda are skipped. WAKEY_SKIP_LIGHTPANDA=1 leaves this step out.',
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}
