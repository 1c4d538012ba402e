import { randomBytes } from 'node:crypto';
import type { Json } from '@wakey/core';
import type { BridgeName } from '../bridge/install.js';
import { restoreSource, trialSource } from '../generated/bridge.js';
import type { RawSession } from '../session.js';
import type { Journal } from './open-journal.js';

/**
 * Tries on a blank document what this browser lacks. No request leaves for the document: the driver answers it itself. Never use what
 * a site answers instead: before 1.0.1 some documents that are not HTML have no event loop.
 */
export async function tryBridges(session: RawSession): Promise<readonly BridgeName[]> {
  return onBlank(session, 'https://trial.wakey.invalid/', async () => {
    const lacks = await evaluate(session, `(() => { ${trialSource}; return wakey.trial(); })()`);
    // The script returns such a list.
    return lacks as unknown as readonly BridgeName[];
  });
}

/** Puts back what a journal contains, before any script of a site runs. */
export async function restoreJournal(session: RawSession, journal: Journal): Promise<void> {
  for (const origin of journal.origins) {
    await onBlank(session, `${origin}/`, async () => {
      const name = `__wakey_${randomBytes(8).toString('hex')}`;
      await evaluate(session, `void (globalThis.${name} = (() => { ${restoreSource}; return wakey; })())`);
      for await (const ops of journal.parts(origin)) {
        await evaluate(session, `globalThis.${name}.restore(${JSON.stringify(ops)})`);
      }
      await evaluate(session, `globalThis.${name}.end()`);
    });
  }
}

/** Runs `work` in a blank HTML document at this address. */
async function onBlank<T>(session: RawSession, url: string, work: () => Promise<T>): Promise<T> {
  const blank = {
    responseCode: 200,
    responseHeaders: [{ name: 'content-type', value: 'text/html' }],
    body: Buffer.from('<!doctype html>').toString('base64'),
  };
  let isOver = false;
  session.on('Fetch.requestPaused', ({ requestId }: { readonly requestId: string }) => {
    // The command fails only if the page is gone, which the navigation reports.
    if (!isOver) void session.send('Fetch.fulfillRequest', { requestId, ...blank }).catch(() => undefined);
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  try {
    const { errorText } = await session.ask('Page.navigate', { url });
    if (errorText) throw new Error(`a blank document at ${url} did not load: ${errorText}`);
    return await work();
  } finally {
    isOver = true;
    await session.send('Fetch.disable');
  }
}

async function evaluate(session: RawSession, expression: string): Promise<Json> {
  const answer = await session.ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  const { result, exceptionDetails } = answer as {
    readonly result: { readonly value: Json };
    readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
  };
  if (exceptionDetails === undefined) return result.value;
  throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
}
