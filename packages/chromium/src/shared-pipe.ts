import type { MessagePipe } from './pipe.js';

/** A debugging pipe that a library speaks over, and we beside it: neither sees the other's messages. */
export interface SharedPipe {
  /** For the library. */
  readonly theirs: MessagePipe;
  /** Sends a command of our own. Rejects where the browser refuses it; never settles once the pipe is closed. */
  send(method: string, params: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>>;
  /** Keeps the events of one of our own sessions for us. */
  claim(sessionId: string, listener: (method: string, params: Readonly<Record<string, unknown>>) => void): void;
  /** Lets `judge` decide when the library gets each message of its own that begins with `start`. */
  hold(start: string, judge: Judge): void;
}

type Judge = (message: string, pass: () => void) => void;

/** Shares a pipe, before the library has it. Messages are told apart by their two ends, without being read. */
export function sharePipe(pipe: MessagePipe): SharedPipe {
  const pending = new Map<number, (answer: Answer) => void>();
  const sessions = new Map<string, (method: string, params: Readonly<Record<string, unknown>>) => void>();
  /** Whether the pipe closed before the library listened, as where the browser exits at once. */
  let isUnheard = false;
  const theirs: MessagePipe = {
    send(message) {
      // Otherwise the library waits for an answer, for minutes, and keeps the process from exiting.
      if (isUnheard) setImmediate(() => theirs.onclose?.());
      isUnheard = false;
      pipe.send(message);
    },
    close: () => pipe.close(),
  };
  const held = new Map<string, Judge>();
  let last = FIRST;

  pipe.onclose = () => {
    isUnheard = theirs.onclose === undefined;
    theirs.onclose?.();
  };
  pipe.onmessage = (message) => {
    const [, own] = OWN_ANSWER.exec(message) ?? [];
    const [, session = ''] = SESSION.exec(message.slice(-TAIL)) ?? [];
    const answered = own === undefined ? undefined : pending.get(Number(own));
    if (answered !== undefined) {
      pending.delete(Number(own));
      answered(JSON.parse(message));
    } else if (sessions.has(session)) {
      const { method, params } = JSON.parse(message);
      sessions.get(session)?.(method, params);
    } else {
      const judge = [...held].find(([start]) => message.startsWith(start))?.[1];
      if (judge === undefined) theirs.onmessage?.(message);
      else judge(message, () => theirs.onmessage?.(message));
    }
  };
  return {
    theirs,
    send(method, params, sessionId) {
      last += 1;
      const id = last;
      const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
      pending.set(id, ({ result = {}, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      );
      pipe.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      return promise;
    },
    claim: (sessionId, listener) => void sessions.set(sessionId, listener),
    hold: (start, judge) => void held.set(start, judge),
  };
}

interface Answer {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** Where our numbers begin: a library counts from one, and Chromium takes what 31 bits hold. */
const FIRST = 2_000_000_000;
const OWN_ANSWER = /^\{"id":(2\d{9}),/;
/** Chromium writes the session last. */
const SESSION = /"sessionId":"(\w+)"\}$/;
const TAIL = 80;
