import { randomBytes } from 'node:crypto';
import { type CallOptions, isWakeyError, type Json, type PageHandle } from '@wakey/core';
import type { Calls } from '@wakey/host';
import { bridgeSource } from '../generated/in-page.js';
import { messageOf } from '../in-page/message-of.js';
import { toJsonText } from '../in-page/to-json.js';
import type { Session } from '../session.js';
import type { Contexts } from './contexts.js';
import { invalidArgument } from './errors.js';
import type { Evaluate } from './evaluate.js';

type Handler = Parameters<PageHandle['expose']>[1];

/** The objects that `expose` uses. */
export interface ExposeOptions {
  readonly session: Session;
  readonly contexts: Contexts;
  readonly calls: Calls;
  readonly evaluate: Evaluate;
}

/** Installs the page's part of the bridge, and returns `PageHandle.expose`. */
export async function openExpose({ session, contexts, calls, evaluate }: ExposeOptions): Promise<PageHandle['expose']> {
  const handlers = new Map<string, Handler>();
  // The key is random, so that two programs with one page do not receive each other's calls.
  const key = `__wakey_${randomBytes(8).toString('hex')}`;
  const bridge = `(() => { ${bridgeSource} wakey.install(${JSON.stringify(key)}); })()`;

  const settle = async (context: string, id: number, isResult: boolean, text: string | undefined): Promise<void> => {
    const params = {
      functionDeclaration: '(key, ...call) => globalThis[key].settle(...call)',
      arguments: [{ value: key }, { value: id }, { value: isResult }, text === undefined ? {} : { value: text }],
      uniqueContextId: context,
    };
    try {
      await session.send('Runtime.callFunctionOn', params);
    } catch (error) {
      // The answer is too large to send. On every other error the document or the browser is gone, and the caller with
      // it.
      if (isWakeyError(error)) await settle(context, id, false, error.message);
    }
  };
  session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    const context = contexts.ofMain(executionContextId);
    if (name !== key || context === undefined) return;
    const { id, name: called, text }: { id: number; name: string; text: string } = JSON.parse(payload);
    answer(handlers.get(called), text).then(
      (json) => settle(context, id, true, json),
      (thrown) => settle(context, id, false, thrown instanceof Error ? thrown.message : messageOf(thrown)),
    );
  });
  await session.send('Runtime.addBinding', { name: key });
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: bridge });
  await evaluate(bridge, null);

  return async (name, handler, options: CallOptions = {}) => {
    if (handlers.has(name)) throw nameTaken(name);
    handlers.set(name, handler);
    const offer = `globalThis[${JSON.stringify(key)}]?.offer(${JSON.stringify(name)})`;
    try {
      await calls.run(`Exposing ${name}`, { timeout: TIMEOUT, ...options }, async () => {
        if ((await evaluate(offer, null)) === false) throw nameTaken(name);
        await session.send('Page.addScriptToEvaluateOnNewDocument', { source: offer });
      });
    } catch (error) {
      handlers.delete(name);
      throw error;
    }
  };
}

const TIMEOUT = 30_000;

async function answer(handler: Handler | undefined, text: string): Promise<string | undefined> {
  if (handler === undefined) throw new Error('This function has no handler any more.');
  const argument: Json = JSON.parse(text);
  const result = await handler(argument);
  return result === undefined ? undefined : toJsonText(result);
}

function nameTaken(name: string) {
  return invalidArgument(`The name ${name} is taken on the page's window.`, 'Expose the function under another name.');
}
