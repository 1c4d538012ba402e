import { WakeyError } from '@wakey/core';
import type { Files } from './files.js';
import { quoted } from './trouble.js';

/** How long a call may go unanswered, in ms. A local disk answers in moments; a server that is gone never does. */
export const ANSWER_WITHIN = 20_000;

/** Calls that may have much to do, and how many times as long they may take. */
const patience: { readonly [call: string]: number } = { rm: 15, sync: 6, writeFile: 6 };

/**
 * The same file system, in which no call is waited for longer than it may take: a dead network mount keeps a call for ever.
 * The call then throws `sessions-dir-unusable`, naming the path, and until it comes back every further one does so at once:
 * each that waits keeps one of the few threads that Node has for files. A file that is opened too late is closed again.
 */
export function boundedFiles(files: Files, ms = ANSWER_WITHIN): Files {
  const overdue = new Set<WakeyError>();

  const answered = async <T>(name: string, path: string, call: () => Promise<T>, late: (value: T) => void) => {
    const [stuck] = overdue;
    if (stuck !== undefined) throw stuck;
    const within = ms * (patience[name] ?? 1);
    return new Promise<T>((resolve, reject) => {
      let error: WakeyError | undefined;
      const timer = setTimeout(() => {
        error = unanswered(name, path, within);
        overdue.add(error);
        reject(error);
      }, within);
      const settle = (conclude: () => void) => {
        clearTimeout(timer);
        if (error !== undefined) overdue.delete(error);
        conclude();
      };
      call().then(
        (value) => settle(error === undefined ? () => resolve(value) : () => late(value)),
        (failure: unknown) => settle(() => reject(failure)),
      );
    });
  };
  const around = <Target extends object>(target: Target, pathOf: (args: readonly unknown[]) => string): Target =>
    new Proxy(target, {
      get(_, name) {
        const member = Reflect.get(target, name);
        // Closing is what gives a lock back: it is asked for whatever else is overdue.
        if (typeof member !== 'function' || name === 'close') return bound(member, target);
        return async (...args: unknown[]) => {
          const path = pathOf(args);
          const value = await answered(String(name), path, () => member.apply(target, args), closed);
          return name === 'open' ? around(value as object, () => path) : value;
        };
      },
    });
  return around(files, ([path]) => String(path));
}

function bound(member: unknown, target: object): unknown {
  return typeof member === 'function' ? member.bind(target) : member;
}

/** Nobody is left who would close it. */
function closed(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('close' in value) || typeof value.close !== 'function') return;
  void Promise.resolve(value.close()).catch(() => undefined); // It was opened too late to be of use to anybody.
}

/** The error of a file system that does not answer. */
export function unanswered(doing: string, path: string, ms: number): WakeyError {
  return new WakeyError('sessions-dir-unusable', {
    what: `The file system of ${quoted(path)} did not answer within ${ms / 1000} s (${doing}).`,
    hint: 'Check its disk, or the server behind it; nothing there was changed. Then try again, or name another directory.',
    details: { path, timeout: ms },
  });
}

/** What `promise` gives; throws `sessions-dir-unusable` where it takes longer than a file system may. */
export async function answerOf<T>(doing: string, path: string, promise: Promise<T>, ms = ANSWER_WITHIN): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unanswered(doing, path, ms)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
