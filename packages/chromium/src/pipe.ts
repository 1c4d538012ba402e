import type { Readable, Writable } from 'node:stream';
import { invalidArgument } from './page/errors.js';

/** The browser's debugging pipe, one message at a time. */
export interface MessagePipe {
  /** Throws `invalid-argument` if the message is larger than the pipe accepts. */
  send(message: string): void;
  close(): void;
  onmessage?: (message: string) => void;
  onclose?: () => void;
}

/**
 * Carries the protocol over the browser's debugging pipe, which separates messages by NUL bytes. When the browser
 * closes its end of the pipe, calls `onGone` once, before the library learns that the pipe has closed.
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
      // Deliver one message per turn, so that promises which a message resolves run before the next message arrives.
      setImmediate(() => messages.onmessage?.(message));
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  });
  for (const stream of [pipe.read, pipe.write]) {
    stream.once('close', gone);
    // A broken pipe; "close" follows.
    stream.on('error', gone);
    // If the browser exited at once, "close" has already fired.
    if (stream.closed) setImmediate(gone);
  }
  return messages;
}

/** Chromium closes the pipe and exits on a message of more than 100 MiB. */
const LARGEST = 95 * 1024 * 1024;

/** Throws if a message is so large that Chromium would close the connection. */
export function refuseTooLarge(message: string): void {
  if (message.length <= LARGEST / 3 || Buffer.byteLength(message) <= LARGEST) return;
  throw invalidArgument(
    'A message to the browser is larger than its debugging pipe accepts (95 MB).',
    'Split the message into parts.',
  );
}
