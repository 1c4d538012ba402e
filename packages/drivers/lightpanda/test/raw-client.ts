// The package has no types of its own.
/// <reference path="../src/chrome-remote-interface.d.ts" />
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import connect, { type Client } from 'chrome-remote-interface';
import { startServer } from './start-server.ts';

/** A Lightpanda without any driver. */
export interface RawLightpanda {
  /** Such as `127.0.0.1:4000`. */
  readonly address: string;
  end(): Promise<void>;
}

/** Starts `lightpanda serve` with further arguments. */
export async function startRaw(executable: string, args: readonly string[] = []): Promise<RawLightpanda> {
  const folder = await mkdtemp(join(tmpdir(), 'lightpanda-raw-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 10 });
  try {
    const { address, end } = await startServer(executable, folder, args);
    return { address, end: () => end('SIGTERM').finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** One connection, with its page, and everything that the page's session has sent. */
export interface RawPage {
  readonly client: Client;
  /** Sends a command to the page. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  /** The error of a command, as `code message`; `ok` if it is answered. */
  refusal(method: string, params?: object): Promise<string>;
  evaluate(expression: string): Promise<unknown>;
  /** The names of the events since the last call. */
  events(): readonly string[];
  onEvent(listener: (event: RawEvent) => void): void;
  close(): Promise<void>;
}

/** An event of the protocol. */
export interface RawEvent {
  readonly method: string;
  readonly params: unknown;
}

/** Connects, and opens the page of the connection. */
export async function openRawPage(address: string): Promise<RawPage> {
  const client = await connect({ target: `ws://${address}/`, local: true });
  const ask = async (method: string, params: object, session?: string) =>
    (await client.send(method, params, ...(session === undefined ? [] : [session]))) as Record<string, unknown>;
  const { browserContextId } = await ask('Target.createBrowserContext', {});
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank', browserContextId });
  const session = String((await ask('Target.attachToTarget', { targetId, flatten: true })).sessionId);
  const names: string[] = [];
  const listeners: ((event: RawEvent) => void)[] = [];
  client.on('event', (event) => {
    if (event.sessionId !== session) return;
    names.push(event.method);
    for (const listener of listeners) listener(event);
  });
  const send = (method: string, params: object = {}) => ask(method, params, session);
  return {
    client,
    send,
    async refusal(method, params = {}) {
      try {
        await send(method, params);
        return 'ok';
      } catch (error) {
        const { response } = error as { readonly response?: { readonly code: number; readonly message: string } };
        return response === undefined ? String(error) : `${response.code} ${response.message}`;
      }
    },
    async evaluate(expression) {
      const { result } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      return (result as { readonly value?: unknown }).value;
    },
    events: () => names.splice(0),
    onEvent: (listener) => void listeners.push(listener),
    close: () => client.close(),
  };
}
