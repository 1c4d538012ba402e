import type { Client } from 'chrome-remote-interface';
import { TOLD_BY_SCRIPT } from './page-errors.js';
import { type Answer, openListeners, openSession, type RawSession, type SessionOptions } from './session.js';
import { within } from './within.js';

/** The one page of a connection. Its target can be replaced: the page is then blank, and the context keeps its data. */
export interface Target {
  /** A session that survives a replacement, with everything that was set up on it. */
  readonly session: RawSession;
  /** Replaces a target that answers nothing. Does nothing if Lightpanda does not answer that either. */
  replace(): Promise<void>;
  /** Calls `listener` once when somebody else closed the page. */
  onClosed(listener: () => void): void;
  close(): Promise<void>;
}

/** Opens the page of a context. */
export async function openTarget(context: Context): Promise<Target> {
  const { client, root, options, browserContextId } = context;
  const { listeners, tell } = openListeners();
  const closed = new Set<() => void>();
  const setUp: Command[] = [];
  let now: Attached | undefined = await attach(context);
  const { targetId: frameId } = now;
  listen(now);
  root.on('Target.detachedFromTarget', (params: { readonly sessionId?: string }) => {
    if (params.sessionId !== now?.sessionId) return;
    for (const listener of closed) listener();
    closed.clear();
  });

  function listen(attached: Attached): void {
    client.on('event', ({ method, params, sessionId }) => {
      if (sessionId !== attached.sessionId || now !== attached || method === TOLD_BY_SCRIPT) return;
      tell(method, renamed(params, attached.targetId, frameId));
    });
  }
  const send = async (method: string, params: object = {}) => {
    const current = await ready;
    if (SET_UP.test(method)) setUp.push({ method, params });
    const answer = await current.unlessGone(current.session.ask(method, params));
    return method.startsWith('Page.') ? renamed(answer, current.targetId, frameId) : answer;
  };
  let ready = Promise.resolve(now);

  const renew = async (old: Attached): Promise<Attached> => {
    now = undefined;
    if (!(await within(PATIENCE, root.send('Target.closeTarget', { targetId: old.targetId })))) {
      now = old;
      return old;
    }
    old.leave(new Error('Cannot find context: the page was replaced, because it answered nothing'));
    tell('Runtime.executionContextsCleared', {});
    const next = await attach(context);
    now = next;
    listen(next);
    for (const { method, params } of setUp) await next.session.send(method, params);
    const { frameTree } = renamed(await next.session.ask('Page.getFrameTree', {}), next.targetId, frameId) as Tree;
    tell('Page.frameNavigated', { frame: frameTree.frame });
    return next;
  };
  return {
    session: { send, ask: async (...call) => (await send(...call)) as Answer, on: listeners, tell },
    async replace() {
      ready = ready.then(renew);
      await ready;
    },
    onClosed: (listener) => void closed.add(() => !options.isOver() && listener()),
    async close() {
      const { targetId } = await ready;
      await root.send('Target.closeTarget', { targetId });
      await root.send('Target.disposeBrowserContext', { browserContextId });
    },
  };
}

/** The one context of a connection. */
export interface Context {
  readonly client: Client;
  /** The session of the browser itself. */
  readonly root: RawSession;
  readonly options: SessionOptions;
  readonly browserContextId: unknown;
}

/** A target, and the session of its page. */
export interface Attached {
  readonly session: RawSession;
  readonly sessionId: string;
  /** Also the id of its main frame. */
  readonly targetId: string;
  /** Settles as the answer does, or rejects once the target was replaced. */
  unlessGone<T>(answer: Promise<T>): Promise<T>;
  leave(why: Error): void;
}

interface Command {
  readonly method: string;
  readonly params: object;
}

interface Tree {
  readonly frameTree: { readonly frame: object };
}

/** The commands that change how a page behaves from then on. */
const SET_UP =
  /^(LP\.configureLoading|Fetch\.disable|(Page|Runtime|Inspector|Fetch)\.enable|Page\.(setLifecycleEventsEnabled|(add|remove)ScriptToEvaluateOnNewDocument)|Runtime\.(add|remove)Binding|Emulation\.set\w+)$/;

/** Keeps a call only until it has settled: a page is asked for weeks, and mostly never replaced. */
function openLeaving(): Pick<Attached, 'unlessGone' | 'leave'> {
  const waiting = new Set<(why: Error) => void>();
  let left: Error | undefined;
  return {
    unlessGone: <T>(answer: Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (left !== undefined) reject(left);
        waiting.add(reject);
        void answer.then(resolve, reject).finally(() => waiting.delete(reject));
      }),
    leave(why) {
      left = why;
      for (const reject of waiting) reject(why);
      waiting.clear();
    },
  };
}

/** Creates a blank target in a context, and attaches to it. */
export async function attach({ client, root, options, browserContextId }: Context): Promise<Attached> {
  const { targetId } = await root.ask('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await root.ask('Target.attachToTarget', { targetId, flatten: true });
  const session = openSession(client, String(sessionId), options);
  return { session, sessionId: String(sessionId), targetId: String(targetId), ...openLeaving() };
}

/** Names the main frame of a new target as that of the first: the rest of the driver knows one main frame. */
function renamed(message: unknown, id: string, name: string): unknown {
  if (id === name || typeof message !== 'object' || message === null) return message;
  return JSON.parse(JSON.stringify(message), (_, value) => (value === id ? name : value));
}

/** How long the browser may take to close a target, in ms. */
const PATIENCE = 5_000;
