import type { Message, Upstream } from './upstream.ts';

/**
 * Lets the pages of a session load as Lightpanda's do: a document commits only once its whole body is there, an answer
 * without a document becomes an empty document, and pictures are not loaded.
 */
export async function loadWhole(upstream: Upstream, session: string) {
  /** The status of an answer without a document, by its request. */
  const empty = new Map<unknown, number>();
  /** What commits each document whose body is not whole yet. */
  const pending = new Set<() => Promise<unknown>>();
  // These commands fail only if the request or the page is gone.
  const send = (command: string, about: object) => upstream.send(command, about, session).catch(() => undefined);

  const readWhole = async (requestId: unknown, commit: (body: Buffer) => Promise<unknown>) => {
    const chunks: Buffer[] = [];
    const done = () => (pending.delete(done) ? commit(Buffer.concat(chunks)) : Promise.resolve());
    pending.add(done);
    const taken = await send('Fetch.takeResponseBodyAsStream', { requestId });
    for (let isOver = taken === undefined; !isOver; ) {
      const read = await send('IO.read', { handle: taken?.stream, size: CHUNK });
      chunks.push(Buffer.from(String(read?.data ?? ''), read?.base64Encoded === true ? 'base64' : 'utf8'));
      isOver = read === undefined || read.eof === true || !pending.has(done);
    }
    await done();
  };
  const handle = async ({ params = {} }: Message) => {
    const { requestId, networkId, responseStatusCode: status, responseErrorReason, responseHeaders } = params;
    const fulfill = (more: object) => send('Fetch.fulfillRequest', { requestId, responseCode: 200, ...more });
    if (params.resourceType === 'Image') return fulfill({});
    if (responseErrorReason !== undefined || isRedirect(status)) return send('Fetch.continueRequest', { requestId });
    if (status === 204 || status === 205) {
      empty.set(networkId, status);
      return fulfill({ responseHeaders: HTML });
    }
    return readWhole(requestId, (body) =>
      fulfill({ responseCode: status, responseHeaders: decoded(responseHeaders), body: body.toString('base64') }),
    );
  };
  upstream.onEvent((event) => {
    if (event.sessionId === session && event.method === 'Fetch.requestPaused') void handle(event);
  });
  await upstream.send('Fetch.enable', { patterns: PATTERNS }, session);

  return {
    /** Commits what has arrived of a document, as Lightpanda does when a load is stopped. Returns whether there is one. */
    async stop(): Promise<boolean> {
      const stopped = [...pending];
      await Promise.all(stopped.map((commit) => commit()));
      return stopped.length > 0;
    },
    /** The event as Lightpanda sends it: with the status of the answer that the page got. */
    told(event: Message): Message {
      const { requestId, response } = event.params ?? {};
      const status = event.method === 'Network.responseReceived' ? empty.get(requestId) : undefined;
      if (status === undefined) return event;
      return { ...event, params: { ...event.params, response: { ...(response as object), status } } };
    },
  };
}

const PATTERNS = [
  { urlPattern: '*', resourceType: 'Document', requestStage: 'Response' },
  { urlPattern: '*', resourceType: 'Image', requestStage: 'Request' },
];

const HTML = [{ name: 'content-type', value: 'text/html' }];

/** In bytes. */
const CHUNK = 1024 * 1024;

function isRedirect(status: unknown): boolean {
  return typeof status === 'number' && status >= 300 && status < 400 && status !== 304;
}

/** The headers of a body that Chromium has decoded already. */
function decoded(headers: unknown): readonly object[] {
  const all = Array.isArray(headers) ? (headers as readonly { readonly name: string }[]) : [];
  return all.filter(({ name }) => !/^content-(encoding|length)$/i.test(name));
}
