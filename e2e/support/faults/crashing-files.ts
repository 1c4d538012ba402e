import { readdirSync, rmSync } from 'node:fs';
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** Replaces Node's file system in this whole process, so that all calls below a directory fail from a chosen call on. */
export interface CrashingFiles {
  /** Counts the calls that change something below `directory` from now on. The `nth` does half of its work, and it and every later call fail. */
  arm(directory: string, nth: number): void;
  /** The names of the counted calls. */
  readonly calls: readonly string[];
  /** Lets everything work again, and closes the files that the dead process had open, as the operating system would. */
  bury(): Promise<void>;
  /** Puts Node's own file system back. */
  remove(): void;
}

const changing = [
  'chmod',
  'copyFile',
  'link',
  'mkdir',
  'open',
  'rename',
  'rm',
  'rmdir',
  'unlink',
  'writeFile',
] as const;
const reading = ['lstat', 'readFile', 'readdir', 'readlink', 'realpath', 'stat', 'statfs'] as const;
const changingHandle: readonly PropertyKey[] = ['chmod', 'sync', 'datasync', 'truncate', 'write', 'writeFile'];

type FileCall = (...args: unknown[]) => Promise<unknown>;

/** Replaces the file system of this process. Only one replacement may exist at a time. */
export function crashingFiles(): CrashingFiles {
  // The functions of the module have different types; the replacement only passes their arguments and results through.
  const own = files as unknown as Record<string, FileCall>;
  const before = Object.fromEntries([...changing, ...reading].map((name) => [name, own[name] as FileCall]));
  const open = new Set<FileHandle>();
  let calls: string[] = [];
  let armed: { readonly directory: string; readonly nth: number } | undefined;

  /** Whether the process dies at this call, which changes something. */
  const strikes = (name: string): boolean => {
    if (armed === undefined) return false;
    calls.push(name);
    return calls.length === armed.nth;
  };
  const isDead = () => armed !== undefined && calls.length >= armed.nth;
  const concerns = (args: readonly unknown[]) =>
    armed !== undefined && args.some((arg) => String(arg).startsWith(armed?.directory ?? ''));

  const handleOf = (handle: FileHandle): FileHandle => {
    open.add(handle);
    return new Proxy(handle, {
      get(_, name) {
        const member: unknown = Reflect.get(handle, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          if (name !== 'close')
            await guard(String(name), changingHandle.includes(name), () => halfWritten(handle, name, args));
          return (member as FileCall).apply(handle, args);
        };
      },
    });
  };
  const guard = async (name: string, isChange: boolean, half: () => Promise<unknown>) => {
    if (isDead()) throw dead(name);
    if (!isChange || !strikes(name)) return;
    await half();
    throw dead(name);
  };
  for (const [name, call] of Object.entries(before)) {
    own[name] = async (...args) => {
      if (!concerns(args)) return call(...args);
      await guard(name, isChange(name, args), async () => halfRemoved(name, args));
      const result = await call(...args);
      return name === 'open' ? handleOf(result as FileHandle) : result;
    };
  }
  syncBuiltinESMExports();
  return {
    get calls() {
      return calls;
    },
    arm(directory, nth) {
      calls = [];
      armed = { directory, nth };
    },
    async bury() {
      armed = undefined;
      for (const handle of open) if (handle.fd !== -1) await handle.close();
      open.clear();
    },
    remove() {
      Object.assign(own, before);
      syncBuiltinESMExports();
    },
  };
}

/** Whether a call changes a file. Opening a file for reading changes nothing. */
function isChange(name: string, [, flags]: readonly unknown[]): boolean {
  if (name === 'open') return flags !== undefined && flags !== 'r' && (Number(flags) & 0o103) !== 0;
  return changing.some((one) => one === name);
}

async function halfWritten(handle: FileHandle, name: PropertyKey, [content]: readonly unknown[]): Promise<void> {
  if (name !== 'writeFile' && name !== 'write') return;
  const bytes = Buffer.from(content as string | Uint8Array);
  await handle.write(bytes.subarray(0, bytes.length / 2));
}

/** Removes half of a directory's entries, because a removal goes entry by entry. */
function halfRemoved(name: string, [path]: readonly unknown[]): void {
  if (name !== 'rm') return;
  const names = namesIn(String(path));
  for (const one of names.slice(0, names.length / 2)) rmSync(join(String(path), one), { recursive: true, force: true });
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}

function dead(name: string): Error {
  return Object.assign(new Error(`${name}: the process is dead`), { code: 'EIO' });
}
