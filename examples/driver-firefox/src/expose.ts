import { randomBytes } from 'node:crypto';
import type { PageHandle } from '@wakey/core';
import type { Calls } from '@wakey/host';
import type { Bidi } from './bidi.ts';
import type { Documents } from './documents.ts';
import type { Evaluate } from './evaluate.ts';
import { inPageSource, toJsonText } from './in-page.ts';
import { invalidArgument } from './invalid-argument.ts';

/** Adds the page's side of exposed functions to every document, and returns `PageHandle.expose`. */
export async function openExpose(
  { send, on }: Bidi,
  documents: Documents,
  calls: Calls,
  evaluate: Evaluate,
): Promise<PageHandle['expose']> {
  const { context } = documents;
  const handlers = new Map<string, Parameters<PageHandle['expose']>[1]>();
  // The name is random, so that a page cannot know it.
  const key = `__wakey_${randomBytes(8).toString('hex')}`;
  const settle = (realm: string, id: number, isResult: boolean, text: string) =>
    send('script.callFunction', {
      functionDeclaration: `(...call) => globalThis[${JSON.stringify(key)}].settle(...call)`,
      arguments: [
        { type: 'number', value: id },
        { type: 'boolean', value: isResult },
        { type: 'string', value: text },
      ],
      target: { realm },
      awaitPromise: false,
      // The command fails only if the document is gone, and then nothing waits for the result.
    }).catch(() => undefined);
  on<ChannelMessage>('script.message', ({ channel, data, source }) => {
    if (channel !== key || source.context !== context) return;
    const { id, name, text }: { id: number; name: string; text: string } = JSON.parse(data.value);
    answer(handlers.get(name), text).then(
      (json) => settle(source.realm, id, true, json),
      (thrown) => settle(source.realm, id, false, thrown instanceof Error ? thrown.message : String(thrown)),
    );
  });
  const bridge = {
    functionDeclaration: `(send) => { ${inPageSource()} installBridge(send, ${JSON.stringify(key)}); }`,
    arguments: [{ type: 'channel', value: { channel: key } }],
  };
  await send('script.addPreloadScript', { ...bridge, contexts: [context] });
  await send('script.callFunction', { ...bridge, target: { context }, awaitPromise: false });

  return async (name, handler, options = {}) => {
    if (handlers.has(name)) throw nameTaken(name);
    handlers.set(name, handler);
    const offer = `globalThis[${JSON.stringify(key)}].offer(${JSON.stringify(name)})`;
    try {
      await calls.run(`Exposing ${name}`, options, async () => {
        if ((await evaluate(offer)) === false) throw nameTaken(name);
        // Only the top frame has the page's side of exposed functions.
        const functionDeclaration = `() => { if (window === top) ${offer}; }`;
        await send('script.addPreloadScript', { functionDeclaration, contexts: [context] });
      });
    } catch (error) {
      handlers.delete(name);
      throw error;
    }
  };
}

interface ChannelMessage {
  readonly channel: string;
  readonly data: { readonly value: string };
  readonly source: { readonly realm: string; readonly context: string };
}

async function answer(handler: Parameters<PageHandle['expose']>[1] | undefined, text: string): Promise<string> {
  if (handler === undefined) throw new Error('This function is no longer exposed.');
  const result = await handler(JSON.parse(text));
  return result === undefined ? '' : toJsonText(result);
}

function nameTaken(name: string) {
  return invalidArgument(
    `The window of the page already has the name ${name}.`,
    'Expose the function under another name.',
  );
}
