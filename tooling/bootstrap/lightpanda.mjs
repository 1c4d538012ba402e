import { join } from 'node:path';
import { pinnedNode, root } from './places.mjs';
import { cloneEnvironment } from './setup.mjs';
import { runStep, SetupError } from './step.mjs';

/**
 * Installs Lightpanda in the cache of this user, with the command of Wakey itself, unless WAKEY_SKIP_LIGHTPANDA is 1. Needs
 * the build. Without pip, or on a machine for which there is no Lightpanda, prints why and what is skipped.
 * @param {'lightpanda' | 'lightpanda@all'} versions The newest version that Wakey knows, or all of them.
 */
export async function provideLightpanda(versions) {
  if (process.env.WAKEY_SKIP_LIGHTPANDA === '1') return;
  try {
    await runStep({
      name: 'lightpanda',
      title: 'Getting Lightpanda',
      command: pinnedNode,
      args: [join(root, 'apps/cli/bin/wakey.js'), 'browser', 'install', versions],
      env: cloneEnvironment(),
      advice: 'Without it, the tests on the real Lightpanda are skipped. WAKEY_SKIP_LIGHTPANDA=1 leaves this step out.',
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}
