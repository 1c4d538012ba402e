import puppeteer, { type Browser } from 'puppeteer-core';

/** One WebDriver BiDi connection for two users: Puppeteer offers its page to bots, this driver sends its own commands. */
export interface Bidi {
  readonly browser: Browser;
  /**
   * Sends a command; the specification (w3c.github.io/webdriver-bidi) has the types. Rejects with a `BidiError` if the
   * browser refuses the command. Never settles if the connection closes first.
   */
  send<Result>(method: string, params: object): Promise<Result>;
  on<Params>(event: string, listener: (params: Params) => void): void;
}

/** The browser refused a command; `code` is an error code of the specification. */
export class BidiError extends Error {
  override readonly name = 'BidiError';
  readonly code: string;
  constructor({ error = '', message = '' }: Message) {
    super(message.replace(/^Error: /, ''));
    this.code = error;
  }
}

/** Options of `connectBidi`. */
export interface BidiOptions {
  readonly acceptInsecureCerts: boolean;
  /** Events that only this driver receives. Firefox takes the first answer to them, and Puppeteer would answer too. */
  readonly ours: readonly string[];
  /** Called when the connection closes. The caller rejects the pending calls, because only the caller knows why the browser ended. */
  onClosed(): void;
}

/** Connects to a Firefox that listens at `endpoint`, and opens its only WebDriver session. */
export async function connectBidi(endpoint: string, options: BidiOptions): Promise<Bidi> {
  const socket = new WebSocket(`${endpoint}/session`);
  await new Promise<unknown>((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('Firefox does not answer at its WebDriver address'));
  });
  const pending = new Map<number, (message: Message) => void>();
  const listeners = new Map<string, ((params: never) => void)[]>();
  const transport: Transport = { send: (text) => socket.send(text), close: () => socket.close() };
  let count = FIRST;
  socket.onmessage = ({ data }) => {
    const text = String(data);
    const message: Message = JSON.parse(text);
    const { id, method = '', params } = message;
    if (typeof id === 'number' && id >= FIRST) return pending.get(id)?.(message);
    for (const listener of listeners.get(method) ?? []) listener(params as never);
    if (!options.ours.includes(method)) transport.onmessage?.(text);
  };
  socket.onclose = () => {
    options.onClosed();
    transport.onclose?.();
  };
  const { acceptInsecureCerts } = options;
  const connecting = { transport, protocol: 'webDriverBiDi', defaultViewport: null, acceptInsecureCerts } as const;
  return {
    browser: await puppeteer.connect(connecting),
    send: (method, params) =>
      new Promise((resolve, reject) => {
        const id = count++;
        pending.set(id, (message) => {
          pending.delete(id);
          if (message.type === 'error') reject(new BidiError(message));
          else resolve(message.result as never);
        });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    on: (event, listener) => void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
  };
}

/** The first command id of this driver. Puppeteer counts its own commands from 1, so the ids never meet. */
const FIRST = 2 ** 40;

interface Message {
  readonly id?: number;
  readonly type?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

interface Transport {
  send(text: string): void;
  close(): void;
  onmessage?: (text: string) => void;
  onclose?: () => void;
}
