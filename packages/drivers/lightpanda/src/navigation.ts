import type { Answer, RawSession } from './session.js';
import type { Target } from './target.js';
import { within } from './within.js';

/** A page's session on which navigations have Chromium's results where Lightpanda's own differ. */
export function navigating({ session, replace }: Pick<Target, 'session' | 'replace'>): RawSession {
  const status = followStatus(session);
  let url = 'about:blank';
  /** Pending while a load is being stopped: a command of that time may be lost with the target. */
  let stopping: Promise<unknown> = Promise.resolve();
  session.on('Page.frameNavigated', ({ frame }: { readonly frame: Frame }) => {
    if (frame.parentId === undefined) url = `${frame.url}${frame.urlFragment ?? ''}`;
  });
  session.on('Page.navigatedWithinDocument', (to: { readonly url: string }) => {
    url = to.url;
  });

  /** Lightpanda makes a new document for a fragment of the same document, except if the page itself goes there. */
  const toFragment = async (to: string): Promise<Answer> => {
    await session.send('Runtime.evaluate', { expression: `void (location.href = ${JSON.stringify(to)})` });
    return {};
  };
  /** Lightpanda makes an empty document of an answer that has none. */
  const toDocument = async (params: object): Promise<Answer> => {
    await status.listen();
    try {
      const answer = await session.ask('Page.navigate', params);
      const code = status.of(String(answer.loaderId));
      return code === 204 || code === 205 ? { ...answer, errorText: `the answer has no document (${code})` } : answer;
    } finally {
      // This fails only if the page is gone, and its events with it.
      status.leave().catch(() => undefined);
    }
  };
  /**
   * A load that waits for a script of a silent server blocks the whole connection: Lightpanda then answers only the
   * commands that close a target.
   */
  const stopLoading = async (): Promise<unknown> => {
    const stopped = session.send('Page.stopLoading');
    if (await within(PATIENCE, stopped)) return stopped;
    await replace();
    return status.renew();
  };
  const send = async (method: string, params: object = {}) => {
    if (method === 'Page.stopLoading') {
      const stopped = stopLoading();
      stopping = stopped.catch(() => undefined);
      return stopped;
    }
    await stopping;
    if (method === 'Network.enable' || method === 'Network.disable') return status.ask(method, params);
    if (method !== 'Page.navigate') return session.send(method, params);
    const to = 'url' in params ? String(params.url) : '';
    return isFragmentOf(to, url) ? toFragment(to) : toDocument(params);
  };
  return { ...session, send, ask: async (...call) => (await send(...call)) as Answer };
}

/** How long a page may compute before it answers that it has stopped loading, in ms. */
const PATIENCE = 3_000;

interface Frame {
  readonly parentId?: string;
  readonly url: string;
  readonly urlFragment?: string;
}

function isFragmentOf(to: string, url: string): boolean {
  const [target, current] = [URL.parse(to), URL.parse(url)];
  if (target === null || current === null || !target.href.includes('#')) return false;
  return target.href.split('#')[0] === current.href.split('#')[0];
}

/** Follows the status of each document's answer between `listen` and `leave`. In that time Lightpanda keeps every body in memory. */
function followStatus(session: RawSession) {
  const codes = new Map<string, number>();
  let listening = 0;
  /** Whether the user of the page has switched the events on. */
  let isWanted = false;
  session.on('Network.responseReceived', ({ type, loaderId, response }: Received) => {
    if (type !== 'Document' || listening === 0) return;
    codes.clear();
    codes.set(loaderId, response.status);
  });
  return {
    of: (loader: string) => codes.get(loader),
    async listen() {
      listening += 1;
      await session.send('Network.enable');
    },
    async leave() {
      listening -= 1;
      if (listening === 0 && !isWanted) await session.send('Network.disable');
    },
    async ask(method: string, params: object) {
      isWanted = method === 'Network.enable';
      return listening > 0 && !isWanted ? {} : session.send(method, params);
    },
    /** Switches the events on again, on a new target. */
    renew: async () => void (isWanted && (await session.send('Network.enable'))),
  };
}

interface Received {
  readonly type: string;
  readonly loaderId: string;
  readonly response: { readonly status: number };
}
