import { WakeyError } from '@wakey/core';
import type { Files } from './files.js';
import { quoted } from './trouble.js';

/** How long a file-system call may take, in ms. A local disk answers in moments; a dead server never answers. */
export const ANSWER_WITHIN = 20_000;

/** Calls that may take longer, and the factor by which they may. */
const patience: { readonly [call: string]: number } = { rm: 15, sync: 6, datasync: 6, writeFile: 6 };

/**
 * Returns the same file system with a time limit for each call, because a call on a dead network mount never ends.
 * After the limit the call throws `sessions-dir-unusable`, which names the path. Until the overdue call ends, every
 * further call throws at once, because each waiting call blocks one of the few threads that Node has for files. A file
 * that opens too late is closed again.
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
        // `close` has no limit and is always called, because closing a file releases its lock.
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

/** Closes a file that opened after its call was given up, because no caller can close it. */
function closed(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('close' in value) || typeof value.close !== 'function') return;
  void Promise.resolve(value.close()).catch(() => undefined); // Nothing uses this file, so an error of its close does not matter.
}

/** Creates the error of a file system that does not answer. */
export function unanswered(doing: string, path: string, ms: number): WakeyError {
  return new WakeyError('sessions-dir-unusable', {
    what: `The file system of ${quoted(path)} did not answer within ${ms / 1000} s (${doing}).`,
    hint: 'Check the disk, or the server of the mount; Wakey changed nothing there. Then try again, or choose another directory.',
    details: { path, timeout: ms },
  });
}

/** Settles as `promise` does; throws `sessions-dir-unusable` if it takes longer than a file system may. */
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
