import { browserLost } from '@wakey/browser-process';
import {
  type BrowserHandle,
  type BrowserOptions,
  type CallOptions,
  type LostReason,
  type Secret,
  WakeyError,
} from '@wakey/core';
import { openLibraryCalls } from './explain.js';
import { openHandle } from './handle.js';
import type { ChromiumConnection, ChromiumLibrary, LibraryPage } from './library.js';

/** Opens a new page in a browser that another program runs, as `BrowserDriver.attach` promises. */
export async function attach<Native>(
  library: ChromiumLibrary<Native>,
  options: BrowserOptions,
  endpoint: Secret,
  call: CallOptions = {},
): Promise<BrowserHandle<Native>> {
  const calls = openLibraryCalls();
  const taken: { connection?: ChromiumConnection<Native>; page?: LibraryPage<Native> } = {};
  const giveBack = async () => {
    // These calls fail only if the page or the browser is gone; then there is nothing to give back.
    await taken.page?.close().catch(() => undefined);
    await taken.connection?.disconnect().catch(() => undefined);
  };
  let work: Promise<unknown> | undefined;
  try {
    return await calls.run('Attaching to the browser', { timeout: TIMEOUT, ...call }, (over) => {
      const take = async () => {
        taken.connection = await connect(library, endpoint.reveal());
        over.throwIfAborted();
        // Listen before the first await, so that a connection that closes meanwhile is reported once.
        const { promise: lost, resolve: tell } = Promise.withResolvers<LostReason>();
        let isClosing = false;
        taken.connection.onDisconnected(() => {
          calls.end(browserLost('its connection closed'));
          tell({ kind: isClosing ? 'closed' : 'disconnected' });
        });
        taken.page = await taken.connection.newPage();
        over.throwIfAborted();
        const handle = await openHandle(taken.connection, taken.page, calls, options);
        const close = async (closeCall: CallOptions = {}) => {
          isClosing = true;
          calls.end(browserLost('close() gave it back to its owner'));
          await openLibraryCalls().run('Giving the page back', { timeout: 10_000, ...closeCall }, giveBack);
        };
        return { ...handle, lost, close };
      };
      const started = take();
      work = started;
      return started;
    });
  } catch (error) {
    work?.then(giveBack, giveBack);
    await giveBack();
    throw error;
  }
}

const TIMEOUT = 30_000;

async function connect<Native>(
  library: ChromiumLibrary<Native>,
  endpoint: string,
): Promise<ChromiumConnection<Native>> {
  try {
    return await library.connectTo(endpoint);
  } catch (cause) {
    // The library's message may contain the endpoint, which may contain a token, so only the name of the error is
    // reported.
    const why = cause instanceof Error ? cause.name : 'no reason given';
    throw new WakeyError('browser-unavailable', {
      what: `The browser at the given address did not answer (${why}).`,
      hint: 'Check that the browser runs with remote debugging and that this machine can reach its address.',
    });
  }
}
