import type { Files } from '@wakey/host';

/** One call of a file system or of an open file. */
export interface FileCall {
  readonly name: string;
  readonly args: readonly unknown[];
  /** The file system, or the open file, whose method is called. */
  readonly target: object;
  /** Whether `target` is an open file. */
  readonly isOfHandle: boolean;
  /** Does what the method does. */
  proceed(): Promise<unknown>;
}

/** A file system each of whose calls, and each call of the files that it opens, goes through `around`. */
export function intercepted(files: Files, around: (call: FileCall) => Promise<unknown>): Files {
  const wrap = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const proceed = async (): Promise<unknown> => member.apply(target, args);
          const result = await around({ name: String(name), args, target, isOfHandle: 'fd' in target, proceed });
          return name === 'open' ? wrap(result as object) : result;
        };
      },
    });
  return wrap({ ...files });
}
