import { secret } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { attach } from './attach.js';
import type { ChromiumConnection, ChromiumLibrary } from './library.js';

/** A library whose browser goes away at the moment that a test chooses. */
function libraryThatLoses(newPage: (disconnect: () => void) => Promise<never>): ChromiumLibrary<unknown> {
  let disconnect: () => void = () => undefined;
  const connection: ChromiumConnection<unknown> = {
    root: { send: () => new Promise(() => undefined), on: () => undefined },
    firstPage: () => Promise.reject(new Error('nobody asks for it')),
    newPage: () => newPage(() => disconnect()),
    onDisconnected(listener) {
      disconnect = listener;
    },
    disconnect: async () => undefined,
  };
  return { name: 'fake', connectPipe: async () => connection, connectTo: async () => connection };
}

describe('a browser that goes away while it is attached to', () => {
  it.each([
    ['its page never comes', () => new Promise<never>(() => undefined)],
    ['the library says so of the page as well', () => Promise.reject(new Error('Session closed.'))],
  ])('is reported at once where %s', async (_, page) => {
    const library = libraryThatLoses((disconnect) => {
      disconnect();
      return page();
    });
    await expect(attach(library, {}, secret('ws://127.0.0.1:1/'), { timeout: 60_000 })).rejects.toMatchObject({
      code: 'browser-lost',
    });
  });
});
