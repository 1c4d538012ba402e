import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A message of the protocol. */
export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  // The parameters and the result depend on the method.
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** The real Chromium behind the stand-in. */
export interface Upstream {
  send(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>;
  /** Every event of every session. */
  onEvent(listener: (event: Message) => void): void;
  end(): void;
}

/** The error with which Chromium refused a command. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Starts Chromium on its debugging pipe, so that Chromium ends with this process. */
export async function startUpstream(browser: string, ignoreCertificateErrors: boolean): Promise<Upstream> {
  const profile = await mkdtemp(join(tmpdir(), 'upstream-'));
  const child = spawn(
    browser,
    [...ARGUMENTS, ...(ignoreCertificateErrors ? ['--ignore-certificate-errors'] : []), `--user-data-dir=${profile}`],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  child.once('exit', () => process.exit(1));
  const [, , , write, read] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const pending = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();
  const listeners: ((event: Message) => void)[] = [];
  let lastId = 0;
  let parts: string[] = [];
  write.on('error', () => process.exit(1));
  read.setEncoding('utf8').on('data', (part: string) => {
    const [first = '', ...next] = part.split('\0');
    parts.push(first);
    for (const begun of next) {
      take(JSON.parse(parts.join('')));
      parts = [begun];
    }
  });
  const take = (message: Message) => {
    if (message.id === undefined) {
      for (const listener of listeners) listener(message);
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result ?? {});
    else call?.reject(new Refusal(message.error.code, message.error.message));
  };
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        write.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
      }),
    onEvent: (listener) => void listeners.push(listener),
    end() {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    },
  };
}

const ARGUMENTS = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-site-isolation-trials',
  // A document that the stand-in itself answers counts as public, and could then reach nothing on this machine.
  '--disable-features=IsolateOrigins,site-per-process,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
];
