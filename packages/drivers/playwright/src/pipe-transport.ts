import type { MessagePipe } from '@wakey/chromium';
import type { ConnectOverCDPTransport } from 'playwright-core';

/** Connects Playwright to the pipe of a browser: Playwright sends objects, the pipe carries text. */
export function pipeTransport(pipe: MessagePipe): ConnectOverCDPTransport {
  const transport: ConnectOverCDPTransport = {
    send: (message) => pipe.send(JSON.stringify(message)),
    close() {
      pipe.close();
      transport.onclose?.();
    },
  };
  pipe.onmessage = (message) => transport.onmessage?.(JSON.parse(message));
  pipe.onclose = () => transport.onclose?.();
  return transport;
}
