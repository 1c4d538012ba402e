import { engineSource } from './engine.ts';
import { navigate } from './navigate.ts';
import { smooth } from './smooth.ts';
import type { StandIn } from './stand-in.ts';
import { type Message, Refusal } from './upstream.ts';
import { isSince } from './versions.ts';
import { loadWhole } from './whole-documents.ts';

/** The one context and the one page of a connection. */
export interface ConnectionPage {
  knows(sessionId: string): boolean;
  createContext(proxyServer: unknown): Promise<string>;
  createTarget(url: string): Promise<string>;
  attach(targetId: unknown): Promise<string>;
  /** Closes the page. Returns a function that sends the events which follow the answer. */
  closeTarget(targetId: unknown): Promise<() => void>;
  dispose(): Promise<void>;
  readonly contextId: string | undefined;
  readonly targetId: string | undefined;
  /** Hands a command on to Chromium. */
  pass(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>>;
  /** The event as Lightpanda sends it. */
  told(event: Message): Message;
  /** Goes to a fragment of the same document, which Lightpanda loads again for that. Returns the result of the command. */
  navigate(params: object, sessionId?: string): Promise<Record<string, unknown>>;
  stopLoading(sessionId?: string): Promise<Record<string, unknown>>;
  /** Sets whether pages have workers, from the next document on. */
  loadWorkers(are: boolean): Promise<void>;
}

/** Serves a new connection, which has no context and no page yet. */
export function openConnectionPage(
  { upstream, version, storesKeys, flags }: StandIn,
  tell: (message: Message) => void,
): ConnectionPage {
  const sessions = new Set<string>();
  let contextId: string | undefined;
  let targetId: string | undefined;
  /** A session of the stand-in itself, which removes features from the page and answers its dialogs. */
  let inner: string | undefined;
  let script: unknown;
  let workers = false;
  let documents: Awaited<ReturnType<typeof loadWhole>> | undefined;

  const shape = async () => {
    if (inner === undefined) return;
    const source = engineSource(version, { storesKeys, features: flags.features, workers });
    if (script !== undefined) {
      await upstream.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: script }, inner);
    }
    const added = await upstream.send('Page.addScriptToEvaluateOnNewDocument', { source }, inner);
    script = added.identifier;
    await upstream.send('Runtime.evaluate', { expression: source }, inner);
  };
  upstream.onEvent((event) => {
    if (inner !== undefined && event.sessionId === inner) smooth(upstream, inner, event);
  });

  const page: ConnectionPage = {
    get contextId() {
      return contextId;
    },
    get targetId() {
      return targetId;
    },
    knows: (sessionId) => sessions.has(sessionId),
    async createContext(proxyServer) {
      if (contextId !== undefined) throw new Refusal(-32000, 'Cannot have more than one browser context at a time');
      const proxy = proxyServer === undefined ? {} : { proxyServer };
      const created = await upstream.send('Target.createBrowserContext', { disposeOnDetach: true, ...proxy });
      contextId = String(created.browserContextId);
      return contextId;
    },
    async createTarget(url) {
      if (targetId !== undefined) throw new Refusal(-31998, 'TargetAlreadyLoaded');
      if (contextId === undefined) await page.createContext(undefined);
      const created = await upstream.send('Target.createTarget', { url: 'about:blank', browserContextId: contextId });
      targetId = String(created.targetId);
      const attached = await upstream.send('Target.attachToTarget', { targetId, flatten: true });
      inner = String(attached.sessionId);
      await upstream.send('Page.enable', {}, inner);
      await upstream.send('Runtime.enable', {}, inner);
      await upstream.send('Emulation.setUserAgentOverride', USER_AGENT, inner);
      documents = await loadWhole(upstream, inner);
      await shape();
      if (url !== 'about:blank') await upstream.send('Page.navigate', { url }, inner);
      return targetId;
    },
    async attach(id) {
      if (id !== targetId || targetId === undefined) throw new Refusal(-31998, 'UnknownTargetId');
      const attached = await upstream.send('Target.attachToTarget', { targetId, flatten: true });
      sessions.add(String(attached.sessionId));
      return String(attached.sessionId);
    },
    async closeTarget(id) {
      if (targetId === undefined) throw new Refusal(-31998, 'TargetNotLoaded');
      if (id !== targetId) throw new Refusal(-31998, 'UnknownTargetId');
      const closed = targetId;
      targetId = undefined;
      inner = undefined;
      script = undefined;
      const left = [...sessions];
      sessions.clear();
      await upstream.send('Target.closeTarget', { targetId: closed });
      return () => {
        for (const sessionId of left) {
          tell({ method: 'Inspector.detached', sessionId, params: { reason: 'Render process gone.' } });
          tell({
            method: 'Target.detachedFromTarget',
            params: { targetId: closed, sessionId, reason: 'Render process gone.' },
          });
        }
        if (isSince(version, '1.0.0')) tell({ method: 'Target.targetDestroyed', params: { targetId: closed } });
      };
    },
    async dispose() {
      const old = contextId;
      contextId = undefined;
      targetId = undefined;
      inner = undefined;
      sessions.clear();
      if (old !== undefined) await upstream.send('Target.disposeBrowserContext', { browserContextId: old });
    },
    async pass(method, params, sessionId = inner) {
      if (sessionId === undefined) throw new Refusal(-31998, 'BrowserContextNotLoaded');
      // Without the id of the context, Chromium would use the cookies of its default context.
      if (/^Storage\./.test(method)) return upstream.send(method, { ...params, browserContextId: contextId });
      return upstream.send(method, params, sessionId);
    },
    async stopLoading(sessionId) {
      if (await documents?.stop()) return {};
      return page.pass('Page.stopLoading', {}, sessionId);
    },
    told: (event) => documents?.told(event) ?? event,
    navigate: (params, sessionId = inner) => navigate(upstream, sessionId ?? '', params),
    async loadWorkers(are) {
      workers = are;
      await shape();
    },
  };
  return page;
}

const USER_AGENT = {
  userAgent: 'Lightpanda/1.0',
  userAgentMetadata: {
    brands: [{ brand: 'Lightpanda', version: '1' }],
    fullVersionList: [],
    platform: '',
    platformVersion: '',
    architecture: '',
    model: '',
    mobile: false,
  },
};
