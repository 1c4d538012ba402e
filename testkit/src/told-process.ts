import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that follows a test's orders, and that the test may kill. */
export interface ToldProcess<Order extends object, Answer> {
  readonly pid: number;
  /** Sends the process one order; resolves with its answer. Rejects if the process ends instead. */
  tell(order: Order): Promise<Answer>;
  /** Resolves with the next message that the process sends unasked. */
  hear(): Promise<Answer>;
  /** Kills the process as an out-of-memory killer would, and waits until it is gone. May be called twice. */
  kill(): Promise<void>;
}

/** Starts the TypeScript module `script`, which sends one message as soon as it listens for orders (`process.on('message')`). */
export async function startTold<Order extends object, Answer>(script: URL): Promise<ToldProcess<Order, Answer>> {
  const child = fork(fileURLToPath(script), {
    execArgv: ['--conditions=wakey:source', '--import', import.meta.resolve('tsx')],
  });
  await answerOf<Answer>(child);
  return {
    pid: child.pid ?? 0,
    async tell(order) {
      const answer = answerOf<Answer>(child);
      child.send(order);
      return answer;
    },
    hear: () => answerOf<Answer>(child),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const heard = new AbortController();
  const { signal } = heard;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The process ended with ${code}`);
  });
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
    return answer as Answer;
  } finally {
    ended.catch(() => undefined); // No caller waits for the end of the process any more.
    heard.abort();
  }
}
