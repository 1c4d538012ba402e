import type { ConnectionPage } from './connection-page.ts';
import { cookieReplies } from './cookies.ts';
import type { StandIn } from './stand-in.ts';
import { type Message, Refusal } from './upstream.ts';

/** The answer to a command, and the events right after it. */
export interface Reply {
  readonly result: Record<string, unknown>;
  after?(): void;
}

/** The parameters of a command. */
export type Params = Readonly<Record<string, unknown>>;
/** Answers a command. */
export type Answer = (params: Params, sessionId: string | undefined) => Reply | Promise<Reply>;

/** The answers of Lightpanda to the commands that Chromium would answer differently. */
export function repliesOf(
  { version }: StandIn,
  page: ConnectionPage,
  tell: (message: Message) => void,
): Readonly<Record<string, Answer>> {
  const info = () => ({
    targetId: page.targetId,
    type: 'page',
    title: '',
    url: '',
    attached: true,
    canAccessOpener: false,
  });
  const close: Answer = async ({ targetId }) => ({
    result: { success: true },
    after: await page.closeTarget(targetId),
  });
  const cookies = cookieReplies(version, page);
  const nothing: Answer = () => ({ result: {} });

  return {
    'Browser.getVersion': () => ({ result: SELF }),
    'Browser.getWindowForTarget': () => ({ result: { windowId: 1923710101, bounds: { windowState: 'normal' } } }),
    'Browser.setWindowBounds': nothing,
    'LP.version': () => ({ result: { version } }),
    async 'LP.configureLoading'({ worker }) {
      if (page.contextId === undefined) throw new Refusal(-31998, 'NoBrowserContext');
      if (typeof worker === 'boolean') await page.loadWorkers(worker);
      return { result: {} };
    },
    'LP.configureCDP': nothing,
    'Target.setDiscoverTargets': nothing,
    'Target.activateTarget': nothing,
    'Target.setAutoAttach': ({ autoAttach }) => ({
      result: {},
      after() {
        if (autoAttach === true && page.contextId === undefined) tell(STARTUP);
      },
    }),
    'Target.getTargets': () => ({ result: { targetInfos: page.targetId === undefined ? [] : [info()] } }),
    'Target.getTargetInfo': () => ({ result: { targetInfo: info() } }),
    'Target.getBrowserContexts': () => ({
      result: { browserContextIds: page.contextId === undefined ? [] : [page.contextId] },
    }),
    'Target.createBrowserContext': async ({ proxyServer }) => ({
      result: { browserContextId: await page.createContext(proxyServer) },
    }),
    async 'Target.createTarget'({ url }) {
      const targetId = await page.createTarget(String(url));
      tell({ method: 'Target.targetCreated', params: { targetInfo: info() } });
      return { result: { targetId } };
    },
    'Target.attachToTarget': async ({ targetId }) => ({ result: { sessionId: await page.attach(targetId) } }),
    'Target.closeTarget': close,
    'Page.close': () => close({ targetId: page.targetId }, undefined),
    async 'Target.disposeBrowserContext'({ browserContextId }) {
      if (browserContextId !== page.contextId) {
        throw new Refusal(-32602, 'No browser context with the given id found');
      }
      await page.dispose();
      return { result: {} };
    },
    'Page.captureScreenshot'({ format = 'png' }) {
      if (format !== 'png') throw new Refusal(-32000, 'unsupported screenshot format.');
      return { result: { data: BLANK } };
    },
    'Page.stopLoading': async (_, sessionId) => ({ result: await page.stopLoading(sessionId) }),
    'Page.navigate': async (params, sessionId) => ({ result: await page.navigate(params, sessionId) }),
    'Page.handleJavaScriptDialog'() {
      throw new Refusal(-32000, 'No dialog is showing');
    },
    'Emulation.setUserAgentOverride': userAgent(page),
    'Network.setUserAgentOverride': userAgent(page),
    ...cookies,
  };
}

function userAgent(page: ConnectionPage): Answer {
  return async (params, sessionId) => {
    // Lightpanda accepts such a user agent and ignores it.
    if (/mozilla/i.test(String(params.userAgent))) return { result: {} };
    return { result: await page.pass('Emulation.setUserAgentOverride', { userAgent: params.userAgent }, sessionId) };
  };
}

/** The event for a page that does not exist. Lightpanda sends it for libraries that expect a page. */
const STARTUP: Message = {
  method: 'Target.attachedToTarget',
  params: {
    sessionId: 'STARTUP',
    targetInfo: { targetId: 'TID-STARTUP', browserContextId: 'BID-STARTUP', type: 'page', url: 'about:blank' },
  },
};

/** Every build of Lightpanda returns this answer. */
const SELF = {
  protocolVersion: '1.3',
  product: 'Chrome/124.0.6367.29',
  revision: '@9e6ded5ac1ff5e38d930ae52bd9aec09bd1a68e4',
  userAgent:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  jsVersion: '12.4.254.8',
};

const BLANK = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
