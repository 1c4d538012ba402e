import puppeteer, { type Browser } from 'puppeteer-core';

/** One connection of WebDriver BiDi that puppeteer and this driver share: its page for bots, the protocol for us. */
export interface Bidi {
  readonly browser: Browser;
  /** The types are those of the specification (w3c.github.io/webdriver-bidi). Rejects with a `BidiError`, or never. */
  send<Result>(method: string, params: object): Promise<Result>;
  on<Params>(event: string, listener: (params: Params) => void): void;
}

/** The browser refused a command, by one of the codes of the specification. */
export class BidiError extends Error {
  override readonly name = 'BidiError';
  readonly code: string;
  constructor({ error = '', message = '' }: Message) {
    super(message.replace(/^Error: /, ''));
    this.code = error;
  }
}

/** What the connection is made with. */
export interface BidiOptions {
  readonly acceptInsecureCerts: boolean;
  /** Events that puppeteer is not told, because whoever answers them first wins. */
  readonly ours: readonly string[];
  /** The connection is closed. What is pending then stays so: only whoever owns the process knows why. */
  onClosed(): void;
}

/** Connects to a Firefox that listens at `endpoint`, and opens the one session that it has. */
export async function connectBidi(endpoint: string, options: BidiOptions): Promise<Bidi> {
  const socket = new WebSocket(`${endpoint}/session`);
  await new Promise<unknown>((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('nobody answers at its address'));
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

/** Puppeteer counts its commands from 1. */
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
