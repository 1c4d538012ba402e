import type { Readable, Writable } from 'node:stream';
import { invalidArgument } from './page/errors.js';

/** The browser's debugging pipe, one message at a time. */
export interface MessagePipe {
  /** Throws `invalid-argument` where the message is more than the pipe takes. */
  send(message: string): void;
  close(): void;
  onmessage?: (message: string) => void;
  onclose?: () => void;
}

/**
 * Carries the protocol over the browser's debugging pipe: messages between NUL bytes. `onGone` is called once, before
 * the library hears of it, when the browser's end closes.
 */
export function openPipe(pipe: { readonly write: Writable; readonly read: Readable }, onGone: () => void): MessagePipe {
  let parts: Buffer[] = [];
  let isOpen = true;
  const messages: MessagePipe = {
    send(message) {
      if (!isOpen) return;
      refuseTooLarge(message);
      pipe.write.write(message);
      pipe.write.write('\0');
    },
    close() {
      isOpen = false;
      pipe.read.destroy();
      pipe.write.destroy();
    },
  };
  const gone = () => {
    if (!isOpen) return;
    isOpen = false;
    onGone();
    messages.onclose?.();
  };

  pipe.read.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      const message = Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
      parts = [];
      start = end + 1;
      // One message a turn: what a message resolves runs before the next one is heard.
      setImmediate(() => messages.onmessage?.(message));
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  });
  for (const stream of [pipe.read, pipe.write]) {
    stream.once('close', gone);
    // A broken pipe: "close" follows.
    stream.on('error', gone);
    // Of a browser that exited at once, "close" has come and gone.
    if (stream.closed) setImmediate(gone);
  }
  return messages;
}

/** Chromium closes the pipe, and with it itself, on a message of more than 100 MiB. */
const LARGEST = 95 * 1024 * 1024;

/** Throws where a message would cost the connection. */
export function refuseTooLarge(message: string): void {
  if (message.length <= LARGEST / 3 || Buffer.byteLength(message) <= LARGEST) return;
  throw invalidArgument(
    'A message to the browser is larger than its debugging pipe takes (95 MB).',
    'Send it in parts.',
  );
}
