import { type GotoOptions, type PageHandle, WakeyError } from '@wakey/core';
import type { Calls } from '@wakey/host';
import { type Bidi, BidiError } from './bidi.ts';
import type { Documents } from './documents.ts';
import { invalidArgument } from './invalid-argument.ts';

/** Creates `goto` and `reload` for the page that `documents` follows. */
export function openNavigation(
  { send }: Bidi,
  documents: Documents,
  calls: Calls,
): Pick<PageHandle, 'goto' | 'reload'> {
  const { context } = documents;
  // An abandoned navigation must not arrive later, during another call. BiDi has no command to stop it, so a script does.
  const stop = () => {
    const params = { functionDeclaration: '() => window.stop()', target: { context }, awaitPromise: false };
    // The command fails only if the page is gone, and then the navigation is stopped too.
    send('script.callFunction', params).catch(() => undefined);
  };
  const navigate = async (command: string, params: object, { until = 'load' }: GotoOptions, over: AbortSignal) => {
    over.addEventListener('abort', stop, { once: true });
    const { navigation } = await send<{ navigation: string }>(command, { context, wait: 'none', ...params });
    if (documents.hasCome(navigation)) await documents.reached(until, over);
  };
  const unreachable = (url: string) => (error: unknown) => {
    if (!(error instanceof BidiError)) throw error;
    // Firefox's messages with other codes repeat the address, which may contain secrets.
    const why = error.code === 'unknown error' ? error.message : 'Firefox refuses this address';
    const { protocol, host, pathname } = new URL(url);
    throw new WakeyError('page-unreachable', {
      what: `The page ${host === '' ? `${protocol}…` : `${protocol}//${host}${pathname}`} could not be loaded: ${why}.`,
      hint: 'Check the address, the network and the proxy.',
    });
  };
  return {
    async goto(url, options = {}) {
      if (!URL.canParse(url)) throw invalidArgument('The address to open is not a URL.', 'Give an absolute URL.');
      await calls.run('Opening a page', options, (over) =>
        navigate('browsingContext.navigate', { url }, options, over).catch(unreachable(url)),
      );
    },
    async reload(options = {}) {
      await calls.run('Reloading the page', options, (over) =>
        navigate('browsingContext.reload', {}, options, over).catch(unreachable(documents.url())),
      );
    },
  };
}
