import { downloadedBrowsers, downloadsOf, findBrowser } from '@wakey/browser-process';
import { type BrowserOptions, isWakeyError, WakeyError } from '@wakey/core';

/**
 * Returns the absolute path of Lightpanda's binary: `executable`, the path in LIGHTPANDA_EXECUTABLE_PATH of `env`, the
 * newest binary that `wakey browser install lightpanda` downloaded, the binary that `@lightpanda/browser` downloaded, or
 * the first `lightpanda` along PATH. Rejects with `browser-unavailable`, which names every path it tried.
 */
export async function findLightpanda({ executable, env = {} }: Pick<BrowserOptions, 'executable' | 'env'>) {
  const named = env.LIGHTPANDA_EXECUTABLE_PATH;
  const wanted = executable === undefined || executable === 'auto' ? (named ?? 'auto') : executable;
  const browsers = wanted === 'auto' ? await downloads(env) : [];
  const places = { shells: [], browsers, shellNames: [], browserNames: ['lightpanda'], wrappers: {} };
  try {
    return await findBrowser({ executable: wanted, env, places });
  } catch (error) {
    if (wanted !== 'auto' || !isWakeyError(error, 'browser-unavailable')) throw error;
    throw notFound(env, String(error.details.looked ?? ''));
  }
}

type Environment = NonNullable<BrowserOptions['env']>;

/** The binaries that Wakey downloaded, newest version first, and the path to which `@lightpanda/browser` downloads. */
async function downloads(env: Environment): Promise<readonly string[]> {
  const ours = (await downloadedBrowsers('lightpanda', env)).map(({ executable }) => executable);
  return env.HOME === undefined ? ours : [...ours, `${env.HOME}/.cache/lightpanda-node/lightpanda`];
}

function notFound(env: Environment, looked: string): WakeyError {
  const cache = downloadsOf('lightpanda', env);
  const tried = [...(cache === undefined ? [] : [`${cache}/*/lightpanda`]), ...looked.split('\n')].filter(Boolean);
  return new WakeyError('browser-unavailable', {
    what: `Lightpanda was not found. Paths tried: ${tried.join(', ') || 'none, because HOME and PATH are not set'}.`,
    hint: 'Install Lightpanda ("npx wakey browser install lightpanda"), or set "executable" to the path of its binary.',
    details: { looked: tried.join('\n') },
  });
}
