import type { MessagePipe } from './pipe.js';

/** A debugging pipe that a library and Wakey share: neither receives the other's messages. */
export interface SharedPipe {
  /** The library's part of the pipe. */
  readonly theirs: MessagePipe;
  /** Sends a command of Wakey. Rejects if the browser refuses the command; never settles once the pipe is closed. */
  send(method: string, params: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>>;
  /** Delivers the events of one of Wakey's sessions to `listener` instead of the library. */
  claim(sessionId: string, listener: (method: string, params: Readonly<Record<string, unknown>>) => void): void;
  /** Holds each message for the library that begins with `start` until `judge` passes it on. */
  hold(start: string, judge: Judge): void;
}

type Judge = (message: string, pass: () => void) => void;

/**
 * Shares a pipe; call it before the library gets the pipe. It tells the messages apart by their beginning and end,
 * without parsing them.
 */
export function sharePipe(pipe: MessagePipe): SharedPipe {
  const pending = new Map<number, (answer: Answer) => void>();
  const sessions = new Map<string, (method: string, params: Readonly<Record<string, unknown>>) => void>();
  /** Whether the pipe closed before the library listened, as when the browser exits at once. */
  let isUnheard = false;
  const theirs: MessagePipe = {
    send(message) {
      // Tell the library that the pipe has closed: otherwise it waits for an answer for minutes and keeps the process
      // from exiting.
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

/** The first id of Wakey's commands: a library counts from 1, and Chromium accepts ids of up to 31 bits. */
const FIRST = 2_000_000_000;
const OWN_ANSWER = /^\{"id":(2\d{9}),/;
/** Chromium writes the session id at the end of a message. */
const SESSION = /"sessionId":"(\w+)"\}$/;
const TAIL = 80;
