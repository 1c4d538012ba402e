import type { Message, Upstream } from './upstream.ts';

/**
 * Navigates as Lightpanda does. A fragment of the same document is a new document too: Chromium first goes there, and
 * then loads the document again.
 */
export async function navigate(upstream: Upstream, session: string, params: object): Promise<Record<string, unknown>> {
  const { promise: isThere, resolve: arrive } = Promise.withResolvers<unknown>();
  const { promise: isLoaded, resolve: load } = Promise.withResolvers<unknown>();
  upstream.onEvent(({ sessionId, method, params: about }: Message) => {
    if (sessionId !== session) return;
    const frame = about?.frame as { readonly parentId?: string; readonly loaderId: string } | undefined;
    if (method === 'Page.navigatedWithinDocument') arrive(undefined);
    if (method === 'Page.frameNavigated' && frame?.parentId === undefined) load(frame?.loaderId);
  });
  const result = await upstream.send('Page.navigate', params, session);
  if (result.errorText !== undefined) return { ...result, errorText: errorOf(String(result.errorText)) };
  if (result.loaderId !== undefined) return result;
  await isThere;
  await upstream.send('Page.reload', {}, session);
  return { ...result, loaderId: await isLoaded };
}

/** Lightpanda has its own names for errors of the network, and Chromium's name for a stopped load. */
function errorOf(text: string): string {
  return text === 'net::ERR_CONNECTION_REFUSED' ? 'CouldntConnect' : text;
}
