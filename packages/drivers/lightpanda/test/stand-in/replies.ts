import type { ConnectionPage } from './connection-page.ts';
import { type StandIn, VERSIONS } from './stand-in.ts';
import { type Message, Refusal } from './upstream.ts';

/** The answer to a command, and the events right after it. */
export interface Reply {
  readonly result: Record<string, unknown>;
  after?(): void;
}

type Params = Readonly<Record<string, unknown>>;
type Answer = (params: Params, sessionId: string | undefined) => Reply | Promise<Reply>;

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
  const setCookies: Answer = async ({ cookies }, sessionId) => {
    if (!Array.isArray(cookies)) throw new Refusal(-31998, 'InvalidParams');
    const kept = cookies.flatMap(cookieParam);
    return { result: await page.pass('Storage.setCookies', { cookies: kept }, sessionId).catch(invalidParams) };
  };
  const getCookies =
    (method: string): Answer =>
    async (params, sessionId) => {
      const { cookies } = await page.pass(method, params, sessionId);
      return { result: { cookies: (cookies as Params[]).map(shownCookie) } };
    };
  const nothing: Answer = () => ({ result: {} });

  return {
    'Browser.getVersion': () => ({ result: SELF }),
    'Browser.getWindowForTarget': () => ({ result: { windowId: 1923710101, bounds: { windowState: 'normal' } } }),
    'Browser.setWindowBounds': nothing,
    'LP.version': () => ({ result: { version: VERSIONS[version] } }),
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
    async 'Page.addScriptToEvaluateOnNewDocument'({ worldName, runImmediately, ...rest }, sessionId) {
      const params = version === 'aug' ? rest : { worldName, runImmediately, ...rest };
      return { result: await page.pass('Page.addScriptToEvaluateOnNewDocument', params, sessionId) };
    },
    async 'Page.stopLoading'(_, sessionId) {
      return { result: version === 'aug' ? {} : await page.pass('Page.stopLoading', {}, sessionId) };
    },
    'Page.handleJavaScriptDialog'() {
      throw new Refusal(-32000, 'No dialog is showing');
    },
    'Emulation.setUserAgentOverride': userAgent(page),
    'Network.setUserAgentOverride': userAgent(page),
    async 'Fetch.enable'(params, sessionId) {
      const { patterns } = params;
      const isPlain = patterns === undefined || JSON.stringify(patterns) === '[{"urlPattern":"*"}]';
      // Lightpanda before 1.0 accepts a narrower pattern too, but then intercepts no request.
      const passes = version === 'oct' || isPlain;
      return { result: passes ? await page.pass('Fetch.enable', params, sessionId) : {} };
    },
    'Storage.setCookies': setCookies,
    'Network.setCookies': setCookies,
    'Network.setCookie': async (cookie, sessionId) => {
      await setCookies({ cookies: [cookie] }, sessionId);
      return { result: { success: true } };
    },
    'Storage.getCookies': getCookies('Storage.getCookies'),
    'Network.getCookies': getCookies('Network.getCookies'),
  };
}

function userAgent(page: ConnectionPage): Answer {
  return async (params, sessionId) => {
    // Lightpanda accepts such a user agent and ignores it.
    if (/mozilla/i.test(String(params.userAgent))) return { result: {} };
    return { result: await page.pass('Emulation.setUserAgentOverride', { userAgent: params.userAgent }, sessionId) };
  };
}

function cookieParam(cookie: Params): readonly Params[] {
  const { priority = 'Medium', sameParty, sourceScheme, partitionKey: _, ...rest } = cookie;
  if (priority !== 'Medium' || sameParty !== undefined || sourceScheme !== undefined) {
    throw new Refusal(-31998, 'NotImplemented');
  }
  // Lightpanda takes -1 for an expiry time in the past.
  return rest.expires === -1 ? [] : [rest];
}

function shownCookie({
  name,
  value,
  domain,
  path,
  expires,
  size,
  httpOnly,
  secure,
  session,
  sameSite,
}: Params): Params {
  return { name, value, domain, path, expires, size, httpOnly, secure, session, sameSite };
}

function invalidParams(error: unknown): never {
  throw error instanceof Refusal ? new Refusal(-31998, 'InvalidParams') : error;
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
