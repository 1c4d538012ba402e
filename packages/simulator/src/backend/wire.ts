import type { WebSocket } from 'ws';
import type { BackendMessage } from '../protocol.ts';

/** A connection to a page that carries whole messages. */
export interface Wire {
  send(message: BackendMessage): void;
  /** Delivers what was sent, then closes. */
  close(): void;
  /** Cuts the connection, as a lost network does. */
  cut(): void;
}

/** The events of a wire. */
export interface WireEvents {
  readonly message: (data: string) => void;
  readonly closed: () => void;
}

/** Wraps a WebSocket. Delays the messages of both directions by the current latency, in order. */
export function openWire(socket: WebSocket, latency: () => number, events: WireEvents): Wire {
  const outward = delayLine(latency);
  const inward = delayLine(latency);
  socket.on('message', (data) => inward(() => events.message(String(data))));
  socket.on('close', () => events.closed());
  // After an error the socket emits 'close', whose handler ends the stream.
  socket.on('error', () => socket.terminate());
  return {
    send: (message) => outward(() => socket.readyState === socket.OPEN && socket.send(JSON.stringify(message))),
    close: () => outward(() => socket.close()),
    cut: () => socket.terminate(),
  };
}

function delayLine(latency: () => number): (task: () => void) => void {
  const queue: (() => void)[] = [];
  return (task) => {
    const wait = latency();
    if (wait === 0 && queue.length === 0) return task();
    queue.push(task);
    setTimeout(() => queue.shift()?.(), wait).unref();
  };
}
