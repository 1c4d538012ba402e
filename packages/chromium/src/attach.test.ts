import { secret } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { attach } from './attach.js';
import type { ChromiumConnection, ChromiumLibrary } from './library.js';

/** A library whose browser disappears when the test chooses. */
function libraryThatLoses(newPage: (disconnect: () => void) => Promise<never>): ChromiumLibrary<unknown> {
  let disconnect: () => void = () => undefined;
  const connection: ChromiumConnection<unknown> = {
    root: { send: () => new Promise(() => undefined), on: () => undefined },
    firstPage: () => Promise.reject(new Error('no test calls firstPage')),
    newPage: () => newPage(() => disconnect()),
    onDisconnected(listener) {
      disconnect = listener;
    },
    disconnect: async () => undefined,
  };
  return { name: 'fake', connectPipe: async () => connection, connectTo: async () => connection };
}

describe('a browser that disappears during attaching', () => {
  it.each([
    ['its page never opens', () => new Promise<never>(() => undefined)],
    ['the library reports the loss of the page too', () => Promise.reject(new Error('Session closed.'))],
  ])('is reported at once if %s', async (_, page) => {
    const library = libraryThatLoses((disconnect) => {
      disconnect();
      return page();
    });
    await expect(attach(library, {}, secret('ws://127.0.0.1:1/'), { timeout: 60_000 })).rejects.toMatchObject({
      code: 'browser-lost',
    });
  });
});
