import type { BackendMessage, PageMessage, ServerError } from '../protocol.ts';
import type { Line } from './context.ts';

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Creates the WebSocket connection to the backend that served the page. */
export function makeLine(): Line {
  let socket: WebSocket | undefined;
  let lastId = 0;
  const asked = new Map<number, Asked>();

  function failAll(): void {
    for (const { reject } of asked.values()) reject(queryError({ code: 499, text: 'socket-closed' }));
    asked.clear();
  }

  function drop(): void {
    const old = socket;
    socket = undefined;
    old?.close();
    failAll();
  }

  function settle(message: Extract<BackendMessage, { type: 'reply' }>): void {
    const waiting = asked.get(message.id);
    asked.delete(message.id);
    if (message.ok) waiting?.resolve(message.value);
    else waiting?.reject(queryError(message.error));
  }

  function send(message: PageMessage): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  return {
    open(events) {
      drop();
      const opened = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/chat`);
      socket = opened;
      opened.onopen = () => socket === opened && events.opened();
      opened.onmessage = ({ data }) => {
        if (socket !== opened) return;
        const message = JSON.parse(String(data)) as BackendMessage;
        if (message.type === 'reply') settle(message);
        else events.message(message);
      };
      opened.onclose = () => {
        if (socket !== opened) return;
        socket = undefined;
        failAll();
        events.lost();
      };
    },
    drop,
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    send,
    ask(make) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        asked.set(id, { resolve, reject });
        send(make(id));
      });
    },
  };
}

/** Returns what the page throws if the server refuses: a plain object, not an Error, as the real page does. */
function queryError({ code, text, backoff }: ServerError): unknown {
  const name = errorNames[code] ?? 'IQErrorInternalServerError';
  return { type: { name, value: { text, code, ...(backoff === undefined ? {} : { backoff }) } } };
}

const errorNames: Readonly<Record<number, string>> = {
  400: 'IQErrorBadRequest',
  401: 'IQErrorNotAuthorized',
  403: 'IQErrorForbidden',
  410: 'IQErrorGone',
  429: 'IQErrorRateOverlimit',
  452: 'IQErrorFeatureNotAvailable',
};
