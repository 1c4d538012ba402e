import { findBrowser } from '@wakey/browser-process';
import { type BrowserOptions, isWakeyError, WakeyError } from '@wakey/core';

/**
 * Gives the absolute path of Lightpanda's binary: the one given, the one that LIGHTPANDA_EXECUTABLE_PATH in `env` names,
 * the one that `@lightpanda/browser` downloaded, or the first along PATH. Rejects with `browser-unavailable`, naming every
 * place it looked at.
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
      what: `Lightpanda was not found; looked for ${looked.replaceAll('\n', ', ') || 'nothing, without HOME or PATH'}.`,
      hint: 'Install it ("npx @lightpanda/browser install"), or name its binary in "executable".',
      details: { looked },
    });
  }
}
