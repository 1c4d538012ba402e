import type { WebSocket } from 'ws';
import { checkMethod, sendsEvent } from './allowed.ts';
import { openConnectionPage } from './connection-page.ts';
import { faultOf } from './faults.ts';
import { repliesOf } from './replies.ts';
import type { StandIn } from './stand-in.ts';
import { type Message, Refusal } from './upstream.ts';

/** Serves one connection. Its context and its page belong to it alone, and end with it. */
export function openClient(standIn: StandIn, socket: WebSocket): void {
  const { upstream, version } = standIn;
  let isStalled = false;
  let isBlocked = false;
  const tell = (message: Message) => {
    if (!isStalled && socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const page = openConnectionPage(standIn, tell);
  const replies = repliesOf(standIn, page, tell);

  const answer = async ({ id = 0, method = '', params = {}, sessionId }: Message) => {
    const echo = sessionId === undefined ? {} : { sessionId };
    try {
      checkMethod(method, version);
      const reply = await replyTo(method, params, sessionId);
      tell({ id, result: reply.result, ...echo });
      reply.after?.();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell({ id, error: { code: error.code, message: error.message }, ...echo });
    }
  };
  const replyTo = async (method: string, params: Record<string, unknown>, sessionId: string | undefined) => {
    if (sessionId === 'STARTUP') return { result: {} };
    if (sessionId !== undefined && !page.knows(sessionId)) throw new Refusal(-32001, 'Unknown sessionId');
    const own = replies[method];
    return own === undefined ? { result: await page.pass(method, params, sessionId) } : own(params, sessionId);
  };

  upstream.onEvent((event) => {
    const { method = '', sessionId } = event;
    if (sessionId === undefined || !page.knows(sessionId) || !sendsEvent(method, version)) return;
    if (method === 'Page.lifecycleEvent' && !LIFECYCLE.has(String(event.params?.name))) return;
    tell({ method, sessionId, params: { ...page.told(event).params, ...NO_EXTRA } });
  });
  socket.on('message', (data) => {
    const message = parse(String(data));
    // Lightpanda too closes the connection on a message that is not a command.
    if (message === undefined) return socket.close(1002);
    if (message.method === 'Target.closeTarget') isBlocked = false;
    if (isBlocked) return undefined;
    const fault = faultOf(message);
    if (fault === 'segfault') process.kill(process.pid, 'SIGSEGV');
    else if (fault === 'watchdog') socket.close(1001);
    else if (fault === 'stall') isStalled = true;
    else if (fault === 'blocked') isBlocked = true;
    else void answer(message);
  });
  // The library reports a message over the limit as an error, and closes the connection with code 1009.
  socket.on('error', () => undefined);
  socket.on('close', () => void page.dispose());
}

/** Lightpanda announces that it sends no extra-info events. Otherwise Puppeteer would wait for them. */
const NO_EXTRA = { hasExtraInfo: false, redirectHasExtraInfo: false };
const LIFECYCLE = new Set(['init', 'DOMContentLoaded', 'load', 'networkAlmostIdle', 'networkIdle']);

function parse(text: string): Message | undefined {
  try {
    const message: Message = JSON.parse(text);
    return typeof message.method === 'string' ? message : undefined;
  } catch {
    // Not JSON.
    return undefined;
  }
}
