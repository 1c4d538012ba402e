import { findBrowser } from '@wakey/browser-process';
import { type BrowserOptions, isWakeyError, WakeyError } from '@wakey/core';

/**
 * Returns the absolute path of Lightpanda's binary: `executable`, the path in LIGHTPANDA_EXECUTABLE_PATH of `env`, the
 * binary that `@lightpanda/browser` downloaded, or the first `lightpanda` along PATH. Rejects with
 * `browser-unavailable`, which names every path it tried.
 */
export async function findLightpanda({ executable, env = {} }: Pick<BrowserOptions, 'executable' | 'env'>) {
  const named = env.LIGHTPANDA_EXECUTABLE_PATH;
  const wanted = executable === undefined || executable === 'auto' ? (named ?? 'auto') : executable;
  const browsers = env.HOME === undefined ? [] : [`${env.HOME}/.cache/lightpanda-node/lightpanda`];
  const places = { shells: [], browsers, shellNames: [], browserNames: ['lightpanda'], wrappers: {} };
  try {
    return await findBrowser({ executable: wanted, env, places });
  } catch (error) {
    if (wanted !== 'auto' || !isWakeyError(error, 'browser-unavailable')) throw error;
    const looked = String(error.details.looked ?? '');
    throw new WakeyError('browser-unavailable', {
      what: `Lightpanda was not found. Paths tried: ${looked.replaceAll('\n', ', ') || 'none, because HOME and PATH are not set'}.`,
      hint: 'Install Lightpanda ("npx @lightpanda/browser install"), or set "executable" to the path of its binary.',
      details: { looked },
    });
  }
}
